"""Addresses of reviews, and of agencies' own parts of them."""

from django.urls import path

from scr.views import (
    agency_parts,
    chronology,
    commissioning,
    involvement,
    papers,
    publishing,
    reviews,
)

ONE = "reviews/<str:review>/"
PART = "chronologies/<uuid:key>/"

urlpatterns: list = [
    path("reviews/", reviews.list_reviews, name="list_reviews"),
    path("cases/<str:reference>/reviews/", reviews.view_case_reviews, name="view_case_reviews"),
    path(
        "cases/<str:reference>/reviews/commission/",
        reviews.commission_review,
        name="commission_review",
    ),
    path(ONE, reviews.view_review, name="view_review"),
    path(f"{ONE}reviewer/", commissioning.appoint_reviewer, name="appoint_reviewer"),
    path(f"{ONE}reviewer/further/", commissioning.name_reviewer, name="name_reviewer"),
    path(f"{ONE}reviewer/end/", commissioning.end_appointment, name="end_appointment"),
    path(f"{ONE}reviewer/names/", commissioning.record_names_sent, name="record_names_sent"),
    path(f"{ONE}terms/", commissioning.record_terms, name="record_terms"),
    path(f"{ONE}stop/", commissioning.stop_review, name="stop_review"),
    path(f"{ONE}captured/", commissioning.capture_review_back, name="capture_review_back"),
    path(f"{ONE}sign-off/", commissioning.sign_off_review, name="sign_off_review"),
    path(f"{ONE}chronology/", chronology.view_chronology, name="view_chronology"),
    path(f"{ONE}chronology/file/", chronology.export_chronology, name="export_chronology"),
    path(f"{ONE}agencies/ask/", chronology.ask_for_part, name="ask_for_part"),
    path(f"{ONE}agencies/<uuid:key>/again/", chronology.ask_again, name="ask_again"),
    path(f"{ONE}agencies/<uuid:key>/take-back/", chronology.withdraw_part, name="withdraw_part"),
    path(
        f"{ONE}practitioners/",
        involvement.record_practitioner_event,
        name="record_practitioner_event",
    ),
    path(f"{ONE}family/", involvement.record_family_involvement, name="record_family_involvement"),
    path(
        f"{ONE}family/<uuid:key>/",
        involvement.change_family_involvement,
        name="change_family_involvement",
    ),
    path(f"{ONE}processes/", involvement.view_review_processes, name="view_review_processes"),
    path(f"{ONE}processes/new/", involvement.record_review_process, name="record_review_process"),
    path(
        f"{ONE}processes/<uuid:key>/",
        involvement.change_review_process,
        name="change_review_process",
    ),
    path(f"{ONE}papers/new/", papers.write_paper, name="write_paper"),
    path(f"{ONE}papers/<uuid:key>/", papers.view_paper, name="view_paper"),
    path(f"{ONE}papers/<uuid:key>/write/", papers.change_paper, name="change_paper"),
    path(f"{ONE}papers/<uuid:key>/hand-in/", papers.hand_in_paper, name="hand_in_paper"),
    path(f"{ONE}papers/<uuid:key>/check/", papers.check_paper, name="check_paper"),
    path(f"{ONE}papers/<uuid:key>/leak-test/", papers.run_leak_test, name="run_leak_test"),
    path(f"{ONE}papers/<uuid:key>/replaced/", papers.replace_leaks, name="replace_leaks"),
    path(
        f"{ONE}papers/<uuid:key>/leaks/<uuid:hit>/",
        papers.answer_review_leak,
        name="answer_review_leak",
    ),
    path(
        f"{ONE}publication/advice/",
        publishing.record_publication_advice,
        name="record_publication_advice",
    ),
    path(f"{ONE}publication/decide/", publishing.decide_publication, name="decide_publication"),
    path(f"{ONE}publication/plan/", publishing.plan_publication, name="plan_publication"),
    path(f"{ONE}publication/", publishing.record_publication, name="record_publication"),
    path(
        f"{ONE}publication/<uuid:key>/taken-down/",
        publishing.record_taken_down,
        name="record_taken_down",
    ),
    path("chronologies/", agency_parts.list_review_requests, name="list_review_requests"),
    path(PART, agency_parts.view_review_request, name="view_review_request"),
    path(f"{PART}child/", agency_parts.view_review_child, name="view_review_child"),
    path(f"{PART}add/", agency_parts.add_chronology_entry, name="add_chronology_entry"),
    path(f"{PART}file/", agency_parts.import_chronology, name="import_chronology"),
    path(f"{PART}file/template/", agency_parts.chronology_template, name="chronology_template"),
    path(f"{PART}file/<uuid:file>/", agency_parts.check_chronology, name="check_chronology"),
    path(
        f"{PART}file/<uuid:file>/headings/",
        agency_parts.chronology_headings,
        name="chronology_headings",
    ),
    path(
        f"{PART}file/<uuid:file>/errors/", agency_parts.chronology_errors, name="chronology_errors"
    ),
    path(
        f"{PART}entries/<uuid:entry>/withdraw/",
        agency_parts.withdraw_chronology_entry,
        name="withdraw_chronology_entry",
    ),
    path(f"{PART}hand-in/", agency_parts.hand_in_part, name="hand_in_part"),
]
