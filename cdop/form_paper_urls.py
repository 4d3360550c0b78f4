"""Addresses of the copies of Forms A, B and C for the file."""

from django.urls import path

from cdop.views import form_papers, report_links

urlpatterns: list = [
    path("cases/<str:reference>/notification/copy/", form_papers.copy_form_a, name="copy_form_a"),
    path(
        "cases/<str:reference>/notification/copy/<uuid:copy>/",
        form_papers.download_form_a,
        name="download_form_a",
    ),
    path(
        "cases/<str:reference>/agencies/<uuid:asked>/copy/",
        form_papers.copy_form_b,
        name="copy_form_b",
    ),
    path(
        "cases/<str:reference>/agencies/<uuid:asked>/copy/<uuid:copy>/",
        form_papers.download_form_b,
        name="download_form_b",
    ),
    path("cases/<str:reference>/review/copy/", form_papers.copy_form_c, name="copy_form_c"),
    path(
        "cases/<str:reference>/review/copy/<uuid:copy>/",
        form_papers.download_form_c,
        name="download_form_c",
    ),
    path("requests/<uuid:key>/copy/", form_papers.copy_own_report, name="copy_own_report"),
    path(
        "requests/<uuid:key>/copy/<uuid:copy>/",
        form_papers.download_own_report,
        name="download_own_report",
    ),
    path("report/copy/", report_links.link_copy_report, name="link_copy_report"),
    path(
        "report/copy/<uuid:copy>/",
        report_links.link_download_report,
        name="link_download_report",
    ),
]
