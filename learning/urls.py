"""Addresses of the learning database."""

from django.urls import include, path

from learning import views

app_name = "learning"

urlpatterns = [
    path("", include("learning.review_urls")),
    path("", include("learning.report_urls")),
    path("", include("learning.exchange_urls")),
    path("", include("learning.briefing_urls")),
    path("learning/", views.list_learning, name="list_learning"),
    path("learning/import/", views.import_learning, name="import_learning"),
    path("learning/import/template/", views.learning_template, name="learning_template"),
    path("learning/import/<uuid:key>/", views.check_learning_file, name="check_learning_file"),
    path(
        "learning/import/<uuid:key>/headings/",
        views.learning_file_headings,
        name="learning_file_headings",
    ),
    path(
        "learning/import/<uuid:key>/errors/",
        views.learning_file_errors,
        name="learning_file_errors",
    ),
    path("learning/near-misses/", views.list_near_misses, name="list_near_misses"),
    path("learning/near-misses/report/", views.report_near_miss, name="report_near_miss"),
    path("learning/points/<uuid:point>/link/", views.link_learning, name="link_learning"),
    path("learning/record/", views.record_learning_point, name="record_learning_point"),
    path("learning/points/<uuid:point>/", views.view_learning_point, name="view_learning_point"),
    path(
        "learning/points/<uuid:point>/accept/",
        views.accept_learning_point,
        name="accept_learning_point",
    ),
    path(
        "learning/points/<uuid:point>/set-aside/",
        views.set_aside_learning_point,
        name="set_aside_learning_point",
    ),
    path("learning/themes/", views.list_themes, name="list_themes"),
    path("learning/themes/reviews/", views.view_crosswalk, name="view_crosswalk"),
    path("learning/themes/<uuid:theme>/merge/", views.merge_theme, name="merge_theme"),
    path("learning/themes/<uuid:theme>/split/", views.split_theme, name="split_theme"),
    path("learning/themes/add/", views.add_theme, name="add_theme"),
    path("learning/themes/<uuid:theme>/", views.view_theme, name="view_theme"),
    path("learning/themes/<uuid:theme>/change/", views.change_theme, name="change_theme"),
    path(
        "learning/reference/",
        views.decide_reference_period,
        name="decide_reference_period",
    ),
]
