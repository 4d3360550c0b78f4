"""Addresses of the quarterly report on actions."""

from django.urls import path

from learning.views import action_report

app_name = "action_report"
urlpatterns = [
    path("actions/report/", action_report.list_action_reports, name="list_action_reports"),
    path(
        "actions/report/<str:quarter>/", action_report.view_action_report, name="view_action_report"
    ),
    path(
        "actions/report/<str:quarter>/pdf/",
        action_report.export_action_report,
        name="export_action_report",
    ),
]
