"""Addresses of a child death review from 2018."""

from django.urls import path

from cdop.views import copy_sheet, death_review

urlpatterns: list = [
    path(
        "cases/<str:reference>/child-death-review/",
        death_review.view_death_review,
        name="view_death_review",
    ),
    path(
        "cases/<str:reference>/child-death-review/people/",
        death_review.record_people,
        name="record_death_review_people",
    ),
    path(
        "cases/<str:reference>/child-death-review/meeting/",
        death_review.record_meeting,
        name="record_death_review_meeting",
    ),
    path(
        "cases/<str:reference>/child-death-review/draft/",
        death_review.draft_analysis_form,
        name="draft_analysis_form",
    ),
    path(
        "cases/<str:reference>/child-death-review/copy/<str:form>/",
        copy_sheet.copy_to_national_database,
        name="copy_to_national_database",
    ),
    path(
        "cases/<str:reference>/child-death-review/copied/<str:form>/",
        copy_sheet.record_copied,
        name="record_copied",
    ),
    path(
        "cases/<str:reference>/review/carry-over/",
        death_review.carry_over,
        name="carry_over_form_c",
    ),
    path("before-and-after-2018/", death_review.view_crosswalk, name="view_crosswalk"),
]
