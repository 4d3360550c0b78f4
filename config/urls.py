"""Every address of the product."""

from django.urls import include, path

urlpatterns = [
    path("", include("casereview.urls")),
    path("", include("cdop.urls")),
    path("accounts/", include("casereview.sign_in.urls")),
]
