"""Addresses of the shared pages."""

from django.urls import path

from casereview.views import pages

urlpatterns = [
    path("health/", pages.health, name="health"),
]
