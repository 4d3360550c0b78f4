"""The app's place in Django."""

from django.apps import AppConfig


class ScrConfig(AppConfig):
    name = "scr"
    verbose_name = "Serious case reviews"
