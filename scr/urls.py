"""Addresses of the serious case review group."""

app_name = "scr"
urlpatterns: list = []
