"""Addresses of the minutes of a meeting: read, written, agreed, copied, taken out of."""

from django.urls import path

from cdop.views import minutes

urlpatterns: list = [
    path("meetings/<uuid:pk>/minutes/", minutes.view_minutes, name="view_minutes"),
    path(
        "meetings/<uuid:pk>/minutes/take-out/",
        minutes.propose_redaction,
        name="propose_redaction",
    ),
    path(
        "meetings/<uuid:pk>/minutes/copy/part/",
        minutes.copy_part_of_minutes,
        name="copy_part_of_minutes",
    ),
    path("meetings/<uuid:pk>/minutes/copy/", minutes.copy_minutes, name="copy_minutes"),
    path(
        "meetings/<uuid:pk>/minutes/copy/<uuid:copy>/",
        minutes.download_minutes,
        name="download_minutes",
    ),
    path("meetings/<uuid:pk>/minutes/write/", minutes.write_minutes, name="write_minutes"),
    path("meetings/<uuid:pk>/minutes/agree/", minutes.agree_minutes, name="agree_minutes"),
]
