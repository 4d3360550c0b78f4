"""Addresses of the shared pages."""

from django.urls import path

from casereview import views

urlpatterns = [
    path("health/", views.health, name="health"),
]
