"""Addresses of the notes of a case."""

from django.urls import path

from casereview.views import case_notes

urlpatterns = [
    path("cases/<str:reference>/notes/", case_notes.view_case_notes, name="view_case_notes"),
    path("cases/<str:reference>/notes/write/", case_notes.write_case_note, name="write_case_note"),
    path(
        "cases/<str:reference>/notes/<uuid:note>/correct/",
        case_notes.correct_case_note,
        name="correct_case_note",
    ),
    path(
        "cases/<str:reference>/notes/<uuid:mention>/read/",
        case_notes.settle_note_mention,
        name="settle_note_mention",
    ),
]
