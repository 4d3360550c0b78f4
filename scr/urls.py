"""Addresses of the serious case review group."""

from django.urls import path

from scr import decision_urls
from scr.audit_urls import urlpatterns as of_audits
from scr.finding_urls import urlpatterns as of_findings
from scr.review_urls import urlpatterns as of_reviews
from scr.views import case, criteria, referrals

app_name = "scr"
urlpatterns: list = [
    path("referrals/", referrals.list_referrals, name="list_referrals"),
    path("referrals/new/", referrals.send_referral, name="send_referral"),
    path("referrals/sent/<uuid:key>/", referrals.sent_referral, name="sent_referral"),
    path("referrals/<uuid:key>/", referrals.read_referral, name="read_referral"),
    path("referrals/<uuid:key>/accept/", referrals.accept_referral, name="accept_referral"),
    path("referrals/<uuid:key>/reject/", referrals.reject_referral, name="reject_referral"),
    path("cases/<str:reference>/refer/", case.refer_for_scr, name="refer_for_scr"),
    path("cases/<str:reference>/scr/", case.view_scr, name="view_scr"),
    path("cases/<str:reference>/scr/child/", case.view_scr_identity, name="view_scr_identity"),
    path("cases/<str:reference>/scr/files/", case.secure_files, name="secure_files"),
    path("cases/<str:reference>/scr/files/<uuid:key>/", case.record_file, name="record_file"),
    path("cases/<str:reference>/scr/safety/", case.record_scr_safety, name="record_scr_safety"),
    path("cases/<str:reference>/scr/lead/", case.settle_lead, name="settle_lead"),
    path("cases/<str:reference>/criteria/", criteria.view_criteria, name="view_criteria"),
    path(
        "cases/<str:reference>/criteria/begin/",
        criteria.begin_assessment,
        name="begin_assessment",
    ),
    path("cases/<str:reference>/criteria/lock/", criteria.lock_assessment, name="lock_assessment"),
    path(
        "cases/<str:reference>/criteria/questions/<str:question>/",
        criteria.answer_criterion,
        name="answer_criterion",
    ),
    path(
        "cases/<str:reference>/criteria/assessments/<uuid:key>/",
        criteria.view_assessment,
        name="view_assessment",
    ),
    *decision_urls.urlpatterns,
    *of_findings,
    *of_reviews,
    *of_audits,
]
