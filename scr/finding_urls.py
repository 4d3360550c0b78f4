"""Addresses of composite reviews, and of findings and what follows from them."""

from django.urls import path

from scr.views import composites, findings, recommended

ALL = "reviews/composite/"
ONE = f"{ALL}<str:composite>/"
OF = "reviews/<str:review>/findings/"
FOUND = f"{OF}<str:finding>/"

# They come before the addresses of reviews: no review is called composite.
urlpatterns: list = [
    path(ALL, composites.list_composites, name="list_composites"),
    path(ONE, composites.view_composite, name="view_composite"),
    path(f"{ONE}answer/", composites.record_composite_answer, name="record_composite_answer"),
    path(f"{ONE}open/", composites.open_composite, name="open_composite"),
    path(f"{ONE}drop/", composites.drop_composite, name="drop_composite"),
    path(
        f"{ONE}reviewer/",
        composites.appoint_composite_reviewer,
        name="appoint_composite_reviewer",
    ),
    path(
        f"{ONE}findings/new/",
        composites.record_composite_finding,
        name="record_composite_finding",
    ),
    path("reviews/<str:review>/alike/", composites.propose_composite, name="propose_composite"),
    path(
        "reviews/<str:review>/features/",
        composites.record_review_features,
        name="record_review_features",
    ),
    path(OF, findings.view_findings, name="view_findings"),
    path(f"{OF}new/", findings.record_finding, name="record_finding"),
    path(FOUND, findings.view_finding, name="view_finding"),
    path(f"{FOUND}here/", recommended.describe_in_case, name="describe_in_case"),
    path(f"{FOUND}change/", findings.change_finding, name="change_finding"),
    path(f"{FOUND}leak-test/", findings.test_finding, name="test_finding"),
    path(f"{FOUND}leaks/<uuid:hit>/", findings.answer_finding_leak, name="answer_finding_leak"),
    path(f"{FOUND}agree/", findings.agree_finding, name="agree_finding"),
    path(f"{FOUND}set-aside/", findings.set_finding_aside, name="set_finding_aside"),
    path(f"{FOUND}recommend/", recommended.recommend_from_finding, name="recommend_from_finding"),
    path(f"{FOUND}recommendations/<uuid:key>/action/", recommended.add_action, name="add_action"),
]
