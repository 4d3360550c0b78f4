"""Addresses of bringing notifications in from a spreadsheet."""

from django.urls import path

from cdop.views import importing

urlpatterns = [
    path("notifications/import/", importing.import_cases, name="import_cases"),
    path(
        "notifications/import/template/",
        importing.case_import_template,
        name="case_import_template",
    ),
    path("notifications/import/<uuid:key>/", importing.view_case_import, name="view_case_import"),
    path(
        "notifications/import/<uuid:key>/headings/",
        importing.case_import_headings,
        name="case_import_headings",
    ),
    path(
        "notifications/import/<uuid:key>/errors/",
        importing.case_import_errors,
        name="case_import_errors",
    ),
]
