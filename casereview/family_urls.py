"""Addresses of what is kept of a family: contact, support, questions and letters."""

from django.urls import path

from casereview.views import family, family_letters

urlpatterns = [
    path("cases/<str:reference>/family/", family.view_family, name="view_family"),
    path(
        "cases/<str:reference>/family/key-worker/",
        family.record_family_work,
        name="record_family_work",
    ),
    path(
        "cases/<str:reference>/family/people/<uuid:person>/",
        family.record_contact_preference,
        name="record_contact_preference",
    ),
    path(
        "cases/<str:reference>/family/contacts/add/",
        family.record_family_contact,
        name="record_family_contact",
    ),
    path("cases/<str:reference>/family/support/add/", family.offer_support, name="offer_support"),
    path(
        "cases/<str:reference>/family/support/<uuid:offer>/",
        family.record_support_answer,
        name="record_support_answer",
    ),
    path(
        "cases/<str:reference>/family/questions/add/",
        family.ask_family_question,
        name="ask_family_question",
    ),
    path(
        "cases/<str:reference>/family/questions/<uuid:question>/",
        family.settle_family_question,
        name="settle_family_question",
    ),
    path(
        "cases/<str:reference>/family/questions/<uuid:question>/told/",
        family.record_told_family,
        name="record_told_family",
    ),
    path(
        "cases/<str:reference>/family/letters/draft/",
        family_letters.draft_family_letter,
        name="draft_family_letter",
    ),
    path(
        "cases/<str:reference>/family/letters/<uuid:letter>/",
        family_letters.print_family_letter,
        name="print_family_letter",
    ),
    path(
        "cases/<str:reference>/family/letters/<uuid:letter>/edit/",
        family_letters.edit_family_letter,
        name="edit_family_letter",
    ),
    path(
        "cases/<str:reference>/family/letters/<uuid:letter>/release/",
        family_letters.release_family_letter,
        name="release_family_letter",
    ),
    path(
        "cases/<str:reference>/family/letters/<uuid:letter>/sent/",
        family_letters.record_letter_sent,
        name="record_letter_sent",
    ),
]
