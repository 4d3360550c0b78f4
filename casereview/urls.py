"""Addresses of the shared pages."""

from django.urls import path

from casereview.views import (
    access_log,
    agencies,
    cases,
    corrections,
    history,
    lists,
    meetings,
    pages,
    people,
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
    path("cases/<str:reference>/agenda/", meetings.put_on_agenda, name="put_on_agenda"),
    path(
        "cases/<str:reference>/agenda/<uuid:pk>/take-off/",
        meetings.take_off_agenda,
        name="take_off_agenda",
    ),
    path("meetings/", meetings.list_meetings, name="list_meetings"),
    path("meetings/new/", meetings.arrange_meeting, name="arrange_meeting"),
    path("meetings/<uuid:pk>/", meetings.view_meeting, name="view_meeting"),
    path("search/", search.find_case, name="find_case"),
    path("admin-area/audit/", access_log.view_audit_log, name="view_audit_log"),
    path("admin-area/people/", people.view_people, name="view_people"),
    path("admin-area/people/add/", people.add_person, name="add_person"),
    path("admin-area/people/<uuid:person_key>/", people.view_person, name="view_person"),
    path("admin-area/people/<uuid:person_key>/change/", people.change_person, name="change_person"),
    path("admin-area/people/<uuid:person_key>/invite/", people.invite_person, name="invite_person"),
    path("admin-area/people/<uuid:person_key>/roles/give/", people.give_role, name="give_role"),
    path(
        "admin-area/people/<uuid:person_key>/roles/<uuid:role_key>/end/",
        people.end_role,
        name="end_role",
    ),
    path(
        "admin-area/people/<uuid:person_key>/second-factor/reset/",
        people.reset_second_factor,
        name="reset_second_factor",
    ),
    path(
        "admin-area/people/<uuid:person_key>/close/",
        people.deactivate_person,
        name="deactivate_person",
    ),
    path("admin-area/agencies/", agencies.view_agencies, name="view_agencies"),
    path("admin-area/agencies/add/", agencies.add_agency, name="add_agency"),
    path("admin-area/agencies/<uuid:agency_key>/", agencies.view_agency, name="view_agency"),
    path(
        "admin-area/agencies/<uuid:agency_key>/change/",
        agencies.change_agency,
        name="change_agency",
    ),
    path(
        "admin-area/agencies/<uuid:agency_key>/contacts/add/",
        agencies.add_agency_contact,
        name="add_agency_contact",
    ),
    path(
        "admin-area/agencies/<uuid:agency_key>/contacts/<uuid:contact_key>/retire/",
        agencies.retire_agency_contact,
        name="retire_agency_contact",
    ),
    path("admin-area/lists/", lists.view_code_lists, name="view_code_lists"),
    path("admin-area/lists/<slug:app>/<slug:name>/", lists.view_code_list, name="view_code_list"),
    path("admin-area/audit/verify/", access_log.verify_audit, name="verify_audit"),
    path("help/", pages.help_page, name="help"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
    path("health/", pages.health, name="health"),
    path("demo/<str:token>/", sign_in.persona_link, name="persona_link"),
]
