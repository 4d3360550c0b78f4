"""Addresses of the child death overview panel."""

app_name = "cdop"
urlpatterns: list = []
