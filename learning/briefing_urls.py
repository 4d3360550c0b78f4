"""Addresses of briefings, and of what agencies say of them."""

from django.urls import path

from learning.views import briefings as views
from learning.views import briefings_sent as sent

_ONE = "learning/briefings/<uuid:briefing>/"
_SENT = "learning/briefings/sent/<uuid:sent>/"

urlpatterns = [
    path("learning/briefings/", views.list_briefings, name="list_briefings"),
    path("learning/briefings/begin/", views.begin_briefing, name="begin_briefing"),
    path(_ONE, views.view_briefing, name="view_briefing"),
    path(f"{_ONE}write/", views.write_briefing, name="write_briefing"),
    path(f"{_ONE}figures/", views.work_out_briefing, name="work_out_briefing"),
    path(f"{_ONE}leak-test/", views.test_briefing, name="test_briefing"),
    path(f"{_ONE}leaks/<uuid:hit>/", views.answer_briefing_leak, name="answer_briefing_leak"),
    path(f"{_ONE}agree/", views.agree_briefing, name="agree_briefing"),
    path(f"{_ONE}open/", views.reopen_briefing, name="reopen_briefing"),
    path(f"{_ONE}give/", views.give_briefing, name="give_briefing"),
    path(f"{_ONE}pdf/", views.download_briefing, name="download_briefing"),
    path(f"{_ONE}sent/", sent.record_briefing_sent, name="record_briefing_sent"),
    path(f"{_SENT}told/", sent.record_acknowledgement, name="record_acknowledgement"),
    path("learning/briefings/agency/", sent.list_agency_briefings, name="list_agency_briefings"),
    path(f"{_SENT}", sent.acknowledge_briefing, name="acknowledge_briefing"),
    path(f"{_SENT}pdf/", sent.save_agency_briefing, name="save_agency_briefing"),
]
