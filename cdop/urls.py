"""Addresses of the child death overview panel."""

from django.urls import path

from cdop.views import (
    notifications,
    notifying,
    returns,
    review_actions,
    review_grid,
    review_pages,
    reviews,
    settling,
)

app_name = "cdop"
urlpatterns: list = [
    path("returns/", returns.list_returns, name="list_returns"),
    path("returns/<int:year>/", returns.view_return, name="view_return"),
    path("returns/<int:year>/export/", returns.export_annual_return, name="export_annual_return"),
    path("returns/<int:year>/figures/<str:item>/", returns.open_figure, name="open_figure"),
    path(
        "returns/<int:year>/figures/<str:item>/<str:code>/",
        returns.open_figure,
        name="open_figure",
    ),
    path(
        "returns/<int:year>/figures/<str:item>/<str:code>/<str:outcome>/",
        returns.open_figure,
        name="open_figure",
    ),
    path("cases/<str:reference>/review/", reviews.view_panel_review, name="view_panel_review"),
    path(
        "cases/<str:reference>/review/about/",
        review_pages.record_panel_review,
        name="record_panel_review",
    ),
    path(
        "cases/<str:reference>/review/factors/<str:domain>/",
        review_grid.record_factors,
        name="record_factors",
    ),
    path(
        "cases/<str:reference>/review/modifiable-factors/",
        review_grid.name_modifiable_factors,
        name="name_modifiable_factors",
    ),
    path(
        "cases/<str:reference>/review/outcome/", review_pages.record_outcome, name="record_outcome"
    ),
    path(
        "cases/<str:reference>/review/category/",
        review_pages.record_category,
        name="record_category",
    ),
    path(
        "cases/<str:reference>/review/learning/",
        review_pages.record_learning,
        name="record_learning",
    ),
    path(
        "cases/<str:reference>/review/actions/",
        review_actions.decide_actions,
        name="decide_actions",
    ),
    path(
        "cases/<str:reference>/review/follow-up/",
        review_pages.record_follow_up,
        name="record_follow_up",
    ),
    path(
        "cases/<str:reference>/review/complete/",
        reviews.complete_panel_review,
        name="complete_panel_review",
    ),
    path(
        "cases/<str:reference>/review/reopen/",
        reviews.reopen_panel_review,
        name="reopen_panel_review",
    ),
    path("notifications/", notifications.list_notifications, name="list_notifications"),
    path("notifications/new/", notifying.log_notification, name="log_notification"),
    path("notifications/new/<uuid:key>/", notifying.notification_draft, name="notification_draft"),
    path(
        "notifications/new/<uuid:key>/check/",
        notifying.check_notification,
        name="check_notification",
    ),
    path(
        "notifications/new/<uuid:key>/discard/",
        notifying.discard_notification,
        name="discard_notification",
    ),
    path(
        "notifications/new/<uuid:key>/<slug:section>/",
        notifying.notification_section,
        name="notification_section",
    ),
    path(
        "cases/<str:reference>/notification/",
        notifications.view_notification,
        name="view_notification",
    ),
    path(
        "cases/<str:reference>/notification/receipt/",
        notifying.notification_receipt,
        name="notification_receipt",
    ),
    path(
        "cases/<str:reference>/notification/expectedness/",
        settling.confirm_expectedness,
        name="confirm_expectedness",
    ),
    path(
        "cases/<str:reference>/notification/children/",
        settling.record_safety_of_children,
        name="record_safety_of_children",
    ),
    path(
        "cases/<str:reference>/notification/questions/",
        settling.answer_questions,
        name="answer_questions",
    ),
    path(
        "cases/<str:reference>/notification/duties/<uuid:duty>/",
        settling.settle_notification_duty,
        name="settle_notification_duty",
    ),
    path(
        "cases/<str:reference>/notification/close/",
        settling.close_not_for_review,
        name="close_not_for_review",
    ),
    path("cases/<str:reference>/notification/pass-on/", settling.pass_on_case, name="pass_on_case"),
    path("cases/<str:reference>/matches/", settling.list_matches, name="list_matches"),
    path("cases/<str:reference>/matches/<uuid:match>/", settling.decide_match, name="decide_match"),
]
