"""Addresses of the child death overview panel."""

from django.urls import path

from cdop.views import returns

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
]
