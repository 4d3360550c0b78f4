"""Addresses of setting up an installation: its steps, its colour, its agencies."""

from django.urls import path

from casereview.views import agencies, importing_agencies, local_texts, set_up

urlpatterns = [
    path("admin-area/set-up/", set_up.view_set_up, name="view_set_up"),
    path("admin-area/texts/", local_texts.view_local_texts, name="view_local_texts"),
    path("admin-area/texts/<str:kind>/", local_texts.view_local_text, name="view_local_text"),
    path(
        "admin-area/texts/<str:kind>/change/",
        local_texts.change_local_text,
        name="change_local_text",
    ),
    path("admin-area/name-and-colour/", local_texts.change_branding, name="change_branding"),
    path("admin-area/holidays/", local_texts.view_holidays, name="view_holidays"),
    path("admin-area/holidays/change/", local_texts.change_holidays, name="change_holidays"),
    path("colour.css", set_up.colour, name="colour"),
    path(
        "admin-area/agencies/import/",
        importing_agencies.import_agencies,
        name="import_agencies",
    ),
    path(
        "admin-area/agencies/import/template/",
        importing_agencies.agencies_template,
        name="agencies_template",
    ),
    path("admin-area/agencies/", agencies.view_agencies, name="view_agencies"),
    path("admin-area/agencies/add/", agencies.add_agency, name="add_agency"),
    path("admin-area/agencies/<uuid:agency_key>/", agencies.view_agency, name="view_agency"),
    path(
        "admin-area/agencies/<uuid:agency_key>/change/",
        agencies.change_agency,
        name="change_agency",
    ),
    path(
        "admin-area/agencies/<uuid:agency_key>/contacts/add/",
        agencies.add_agency_contact,
        name="add_agency_contact",
    ),
    path(
        "admin-area/agencies/<uuid:agency_key>/contacts/<uuid:contact_key>/retire/",
        agencies.retire_agency_contact,
        name="retire_agency_contact",
    ),
]
