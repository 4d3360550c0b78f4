"""Asking a provider by OpenID Connect who somebody is, and what is taken of its answer.

allauth keeps the state of a sign-in, fetches and joins. This product asks for a nonce and for the
moment of signing in there, takes nothing but the subject, and believes only a signed token.
"""

import secrets
import time
from typing import Any
from urllib.parse import urlsplit

from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest

from casereview.sign_in import id_token
from casereview.sign_in.id_token import Asked, NotBelieved

WELL_KNOWN = "/.well-known/openid-configuration"
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class Adapter(OpenIDConnectOAuth2Adapter):
    """What a provider publishes of itself, and the token it gives for one sign-in."""

    def __init__(self, request: HttpRequest, provider_id: str) -> None:
        super().__init__(request, provider_id)
        # What was asked when this sign-in began; the callback puts it in.
        self.asked: dict[str, Any] = {}

    @property
    def openid_config(self) -> dict[str, Any]:
        """Return what the provider publishes, when it is the provider of the settings.

        Raises:
            NotBelieved: it cannot be read, or it speaks for another issuer.
        """
        if not hasattr(self, "_openid_config"):
            self._openid_config = self._discover()
        return self._openid_config

    def _discover(self) -> dict[str, Any]:
        provider = self.get_provider()
        wanted = provider.app.settings["server_url"].partition("/.well-known/")[0]
        found = fetch(provider.server_url)
        if not isinstance(found, dict) or not isinstance(found.get("issuer"), str):
            raise NotBelieved("provider")
        if found["issuer"].rstrip("/") != wanted.rstrip("/"):
            raise NotBelieved("issuer")
        scheme = urlsplit(wanted).scheme
        for name in ENDPOINTS:
            if not isinstance(found.get(name), str) or urlsplit(found[name]).scheme != scheme:
                raise NotBelieved("provider")
        return found

    def complete_login(self, request: HttpRequest, app, token, **kwargs):
        """Return whom a token names, and leave with the request what was proved.

        Raises:
            NotBelieved: the token, or the address that the browser came back to, does not hold.
        """
        config = self.openid_config
        # A provider may say in the address who it is, so that none answers for another.
        if request.GET.get("iss", config["issuer"]) != config["issuer"]:
            raise NotBelieved("issuer")
        asked = Asked(
            issuer=config["issuer"],
            client=app.client_id,
            nonce=str(self.asked.get("nonce", "")),
            at=int(self.asked.get("asked_at", 0)),
            max_age=max_age(bool(self.asked.get("step_up"))),
            classes=frozenset(settings.OIDC_ACR_VALUES),
            anew=bool(self.asked.get("step_up")),
        )
        answer = kwargs["response"].get("id_token")
        assertion = id_token.believe(answer, fetch(config["jwks_uri"]), asked, int(time.time()))
        request.assertion = assertion  # type: ignore[attr-defined]
        return self.get_provider().sociallogin_from_response(request, {"sub": assertion.subject})


class Provider(OpenIDConnectProvider):
    """A provider that is asked for the subject alone; nothing it says of a person is kept."""

    oauth2_adapter_class = Adapter

    def get_default_scope(self) -> list[str]:
        return ["openid"]

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        return self.get_scope()

    def get_auth_params_from_request(self, request: HttpRequest, action) -> dict[str, str]:
        return {}

    def extract_uid(self, data: dict[str, Any]) -> str:
        return str(data["sub"])

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        return {}

    def redirect(self, request: HttpRequest, process, next_url=None, data=None, **kwargs):
        """Send the browser to the provider; `step_up` names who has to sign in there anew."""
        step_up = kwargs.get("step_up", "")
        asked = {"nonce": secrets.token_urlsafe(32), "asked_at": int(time.time())}
        parameters = {"nonce": asked["nonce"], "max_age": str(max_age(bool(step_up)))}
        if settings.OIDC_ACR_VALUES:
            parameters["acr_values"] = " ".join(settings.OIDC_ACR_VALUES)
        if step_up:
            parameters["prompt"] = "login"
        return super().redirect(
            request, process, next_url, data, auth_params=parameters, step_up=step_up, **asked
        )


def max_age(anew: bool) -> int:
    """Return how many seconds ago somebody may have signed in at the provider."""
    return settings.STEP_UP_SECONDS if anew else settings.ABSOLUTE_HOURS * 3600


def fetch(address: str) -> Any:
    """Return a JSON document of the provider's.

    Raises:
        NotBelieved: there is none, or it cannot be read.
    """
    from allauth.socialaccount.adapter import get_adapter

    with get_adapter().get_requests_session() as session:
        answer = session.get(address)
    if answer.status_code != 200:
        raise NotBelieved("provider")
    try:
        return answer.json()
    except ValueError:
        raise NotBelieved("provider") from None
