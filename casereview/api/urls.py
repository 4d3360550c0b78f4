"""Addresses of the reading interface and its description."""

from django.urls import path

from casereview.api.reading import patterns
from casereview.views import api

urlpatterns = [
    path("api/docs/", api.describe_api, name="describe_api"),
    path("api/openapi.json", api.give_schema, name="give_schema"),
    *patterns(),
]
