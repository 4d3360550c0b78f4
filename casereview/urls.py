"""Addresses of the shared pages."""

from django.urls import path

from casereview.views import (
    access_log,
    cases,
    corrections,
    history,
    pages,
    search,
    sharing,
    sign_in,
    work,
)

urlpatterns = [
    path("", work.your_work, name="your_work"),
    path("cases/", cases.list_cases, name="list_cases"),
    path("cases/<str:reference>/", cases.view_case, name="view_case"),
    path("cases/<str:reference>/nhs-number/", cases.reveal_nhs_number, name="reveal_nhs_number"),
    path("cases/<str:reference>/correct/", corrections.correct_record, name="correct_record"),
    path("cases/<str:reference>/history/", history.view_history, name="view_history"),
    path("cases/<str:reference>/access/", access_log.view_access_log, name="view_access_log"),
    path("cases/<str:reference>/sharing/", sharing.view_sharing, name="view_sharing"),
    path("cases/<str:reference>/sharing/admit/", sharing.admit_to_case, name="admit_to_case"),
    path(
        "cases/<str:reference>/sharing/dismiss/<uuid:admission_key>/",
        sharing.dismiss_from_case,
        name="dismiss_from_case",
    ),
    path("cases/<str:reference>/interest/", sharing.declare_interest, name="declare_interest"),
    path(
        "cases/<str:reference>/interests/record/", sharing.record_interest, name="record_interest"
    ),
    path(
        "cases/<str:reference>/interests/<uuid:interest_key>/decide/",
        sharing.decide_interest,
        name="decide_interest",
    ),
    path(
        "cases/<str:reference>/interests/<uuid:interest_key>/lift/",
        sharing.lift_recusal,
        name="lift_recusal",
    ),
    path("search/", search.find_case, name="find_case"),
    path("admin-area/audit/", access_log.view_audit_log, name="view_audit_log"),
    path("help/", pages.help_page, name="help"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
    path("health/", pages.health, name="health"),
    path("demo/<str:token>/", sign_in.persona_link, name="persona_link"),
]
