"""Addresses of the annual report and its versions."""

from django.urls import path

from learning.views import annual_reports as views

_ONE = "learning/reports/<uuid:report>/"
_VERSION = "learning/reports/given/<uuid:version>/"

urlpatterns = [
    path("learning/reports/", views.list_annual_reports, name="list_annual_reports"),
    path(
        "learning/reports/begin/<slug:panel>/<int:year>/",
        views.begin_annual_report,
        name="begin_annual_report",
    ),
    path(_ONE, views.view_annual_report, name="view_annual_report"),
    path(f"{_ONE}parts/<slug:part>/", views.write_report_part, name="write_report_part"),
    path(f"{_ONE}agree/", views.agree_annual_report, name="agree_annual_report"),
    path(f"{_ONE}open/", views.reopen_annual_report, name="reopen_annual_report"),
    path(f"{_ONE}give/", views.give_report_out, name="give_report_out"),
    path(f"{_ONE}preview/", views.preview_report, name="preview_report"),
    path(_VERSION, views.view_report_version, name="view_report_version"),
    path(f"{_VERSION}pdf/", views.download_report, name="download_report"),
]
