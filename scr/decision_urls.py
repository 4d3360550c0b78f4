"""Addresses of recommending, deciding, telling, the group's meetings and the register."""

from django.urls import path

from scr.views import decisions, group_meetings, recommendations, register, telling

_CASE = "cases/<str:reference>"
_LETTER = f"{_CASE}/told/letters/<uuid:letter>"

urlpatterns = [
    path("scr-meetings/", group_meetings.list_scr_meetings, name="list_scr_meetings"),
    path("scr-meetings/new/", group_meetings.arrange_scr_meeting, name="arrange_scr_meeting"),
    path("scr-meetings/<uuid:pk>/", group_meetings.view_scr_meeting, name="view_scr_meeting"),
    path(
        "scr-meetings/<uuid:pk>/attendance/",
        group_meetings.record_scr_attendance,
        name="record_scr_attendance",
    ),
    path("scr-meetings/<uuid:pk>/end/", group_meetings.end_scr_meeting, name="end_scr_meeting"),
    path(
        "scr-meetings/<uuid:pk>/cancel/",
        group_meetings.cancel_scr_meeting,
        name="cancel_scr_meeting",
    ),
    path(
        f"{_CASE}/recommendation/", recommendations.view_recommendation, name="view_recommendation"
    ),
    path(
        f"{_CASE}/recommendation/draft/",
        recommendations.draft_recommendation,
        name="draft_recommendation",
    ),
    path(f"{_CASE}/recommendation/position/", recommendations.give_position, name="give_position"),
    path(
        f"{_CASE}/recommendation/make/",
        recommendations.make_recommendation,
        name="make_recommendation",
    ),
    path(f"{_CASE}/decision/", decisions.view_decision, name="view_decision"),
    path(f"{_CASE}/decision/decide/", decisions.decide_scr, name="decide_scr"),
    path(f"{_CASE}/decision/partner/", decisions.decide_local_review, name="decide_local_review"),
    path(
        f"{_CASE}/decision/advice/",
        decisions.record_national_advice,
        name="record_national_advice",
    ),
    path(f"{_CASE}/decision/challenge/", decisions.ask_peer_challenge, name="ask_peer_challenge"),
    path(
        f"{_CASE}/decision/challenges/<uuid:challenge>/",
        decisions.answer_peer_challenge,
        name="answer_peer_challenge",
    ),
    path(f"{_CASE}/told/", telling.view_scr_told, name="view_scr_told"),
    path(f"{_CASE}/told/<uuid:clock>/", telling.record_scr_told, name="record_scr_told"),
    path(f"{_CASE}/told/letters/draft/", telling.draft_scr_letter, name="draft_scr_letter"),
    path(
        f"{_CASE}/told/letters/decision/",
        telling.draft_decision_letters,
        name="draft_decision_letters",
    ),
    path(f"{_LETTER}/", telling.view_scr_letter, name="view_scr_letter"),
    path(f"{_LETTER}/edit/", telling.edit_scr_letter, name="edit_scr_letter"),
    path(f"{_LETTER}/release/", telling.release_scr_letter, name="release_scr_letter"),
    path(f"{_LETTER}/sent/", telling.record_scr_letter_sent, name="record_scr_letter_sent"),
    path("scr-register/", register.view_scr_register, name="view_scr_register"),
    path(
        "scr-register/file/<slug:file_format>/",
        register.export_scr_register,
        name="export_scr_register",
    ),
]
