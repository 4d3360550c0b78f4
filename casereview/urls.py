"""Addresses of the shared pages."""

from django.urls import path

from casereview.views import pages, sign_in

urlpatterns = [
    path("health/", pages.health, name="health"),
    path("demo/<str:token>/", sign_in.persona_link, name="persona_link"),
]
