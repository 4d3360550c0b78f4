"""Every address of the product."""

from django.urls import include, path

urlpatterns = [
    path("", include("casereview.urls")),
    path("", include("cdop.urls")),
    path("", include("scr.urls")),
    path("", include("learning.action_urls")),
    path("", include("learning.urls")),
    path("", include("casereview.api.urls")),
    path("accounts/", include("casereview.sign_in.urls")),
]

# The same bytes as the door's own answers.
handler400 = "casereview.views.pages.bad_request"
handler403 = "casereview.views.pages.forbidden"
handler404 = "casereview.views.pages.not_found"
handler500 = "casereview.views.pages.failed"
