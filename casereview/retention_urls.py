"""Addresses of keeping and disposing of papers."""

from django.urls import path

from casereview.views import joint_papers, retention

urlpatterns = [
    path("admin-area/retention/", retention.view_retention, name="view_retention"),
    path("admin-area/retention/rules/add/", retention.settle_retention, name="settle_retention"),
    path("admin-area/retention/holds/add/", retention.hold_every_case, name="hold_every_case"),
    path(
        "admin-area/retention/holds/<uuid:hold_key>/lift/",
        retention.lift_hold_of_every_case,
        name="lift_hold_of_every_case",
    ),
    path(
        "admin-area/retention/proposals/<uuid:proposal_key>/",
        retention.dispose_case,
        name="dispose_case",
    ),
    path(
        "admin-area/retention/certificates/<uuid:disposal_key>/",
        retention.download_certificate,
        name="download_certificate",
    ),
    path(
        "admin-area/retention/papers/<slug:name>/<uuid:key>/",
        joint_papers.propose_joint_disposal,
        name="propose_joint_disposal",
    ),
    path(
        "admin-area/retention/certificates/papers/<uuid:key>/",
        joint_papers.download_joint_certificate,
        name="download_joint_certificate",
    ),
    path(
        "cases/<str:reference>/retention/",
        retention.view_case_retention,
        name="view_case_retention",
    ),
    path("cases/<str:reference>/retention/hold/", retention.hold_case, name="hold_case"),
    path(
        "cases/<str:reference>/retention/holds/<uuid:hold_key>/lift/",
        retention.lift_hold,
        name="lift_hold",
    ),
    path(
        "cases/<str:reference>/retention/propose/",
        retention.propose_disposal,
        name="propose_disposal",
    ),
]
