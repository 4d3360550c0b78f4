"""Addresses of signals, priorities, notices and the quarterly review."""

from django.urls import path

from learning.views import notices, priorities, quarters, signals, updates

urlpatterns = [
    path("learning/signals/", signals.view_signals, name="view_signals"),
    path("learning/signals/pdf/", signals.export_signals, name="export_signals"),
    path("learning/themes/<uuid:theme>/flag/", signals.close_flag, name="close_flag"),
    path("learning/themes/<uuid:theme>/priority/", signals.raise_priority, name="raise_priority"),
    path("learning/priorities/<uuid:priority>/", priorities.view_priority, name="view_priority"),
    path(
        "learning/priorities/<uuid:priority>/change/",
        priorities.change_priority,
        name="change_priority",
    ),
    path("learning/priorities/<uuid:priority>/plan/", priorities.plan_work, name="plan_work"),
    path(
        "learning/priorities/<uuid:priority>/plan/<uuid:plan>/",
        priorities.plan_action,
        name="plan_action",
    ),
    path("learning/notices/", notices.list_notices, name="list_notices"),
    path("learning/notices/write/", notices.write_notice, name="write_notice"),
    path("learning/notices/<uuid:notice>/", notices.view_notice, name="view_notice"),
    path(
        "learning/notices/<uuid:notice>/sent/",
        notices.record_notice_sent,
        name="record_notice_sent",
    ),
    path(
        "learning/notices/<uuid:notice>/reply/",
        notices.record_notice_reply,
        name="record_notice_reply",
    ),
    path(
        "learning/notices/<uuid:notice>/letter/",
        notices.download_notice,
        name="download_notice",
    ),
    path("learning/quarters/", quarters.list_quarters, name="list_quarters"),
    path("learning/quarters/<str:quarter>/", quarters.view_quarter, name="view_quarter"),
    path(
        "learning/quarters/<str:quarter>/prepare/",
        quarters.prepare_quarter,
        name="prepare_quarter",
    ),
    path(
        "learning/quarters/<str:quarter>/decide/",
        quarters.decide_priority,
        name="decide_priority",
    ),
    path(
        "learning/quarters/<str:quarter>/close/",
        quarters.close_quarter,
        name="close_quarter",
    ),
    path(
        "learning/quarters/<str:quarter>/pdf/",
        quarters.download_quarter,
        name="download_quarter",
    ),
    path(
        "learning/meetings/<uuid:meeting>/",
        updates.view_standing_item,
        name="view_standing_item",
    ),
    path("learning/updates/", updates.list_agency_updates, name="list_agency_updates"),
    path(
        "learning/updates/<uuid:update>/",
        updates.answer_agency_update,
        name="answer_agency_update",
    ),
]
