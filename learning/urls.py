"""Addresses of the learning database."""

from django.urls import include, path

from learning import views

app_name = "learning"

urlpatterns = [
    path("", include("learning.review_urls")),
    path("learning/", views.list_learning, name="list_learning"),
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
    path("learning/themes/add/", views.add_theme, name="add_theme"),
    path("learning/themes/<uuid:theme>/", views.view_theme, name="view_theme"),
    path("learning/themes/<uuid:theme>/change/", views.change_theme, name="change_theme"),
    path(
        "learning/reference/",
        views.decide_reference_period,
        name="decide_reference_period",
    ),
]
