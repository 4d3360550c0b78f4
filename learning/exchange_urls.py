"""Addresses of the exchange of learning with other areas."""

from django.urls import path

from learning.views import exchange, exchange_areas

urlpatterns = [
    path("learning/exchange/", exchange.view_exchange, name="view_exchange"),
    path("learning/exchange/give/", exchange.export_learning, name="export_learning"),
    path("learning/exchange/give/<uuid:key>/", exchange.check_export, name="check_export"),
    path("learning/exchange/given/<uuid:key>/", exchange.save_bundle, name="save_bundle"),
    path("learning/exchange/take-in/", exchange.receive_learning, name="receive_learning"),
    path("learning/exchange/take-in/<uuid:key>/", exchange.check_received, name="check_received"),
    path("learning/exchange/received/<uuid:key>/", exchange.view_received, name="view_received"),
    path(
        "learning/exchange/areas/", exchange_areas.list_exchange_areas, name="list_exchange_areas"
    ),
    path(
        "learning/exchange/areas/accept/",
        exchange_areas.accept_exchange_area,
        name="accept_exchange_area",
    ),
    path(
        "learning/exchange/areas/<uuid:key>/end/",
        exchange_areas.end_exchange_area,
        name="end_exchange_area",
    ),
]
