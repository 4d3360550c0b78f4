"""A provider of single sign-on that answers in this process, honestly or not.

It is asked through the library that fetches, whose transport is replaced: addresses, methods,
codes and the proof of the one who asked are checked as a real one would.
"""

import base64
import hashlib
import json
import secrets
import time
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import parse_qs, urlsplit

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from requests.adapters import BaseAdapter

from casereview.sign_in.adapters import SingleSignOnAdapter

CLIENT, SECRET = "casereview", "a throw-away client secret"
STRONG = "urn:example:two-factors"


@cache
def key(name: str):
    """Return a private key: `own` is published, anything else is somebody's."""
    if name == "curve":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def published(private, kid: str, algorithm: str) -> dict:
    kind = jwt.get_algorithm_by_name(algorithm)
    return {**kind.to_jwk(private.public_key(), as_dict=True), "kid": kid, "use": "sig"}


@dataclass
class Provider(BaseAdapter):
    """One issuer: what it publishes, whom it signs in, and how its answers are twisted."""

    issuer: str = "https://issuer.example.org"
    subject: str = "subject-1"
    acr: str | None = STRONG
    # Seconds since the person signed in there; `prompt=login` makes it none.
    signed_in_ago: int = 0
    heeds_prompt: bool = True
    # Changes to the claims, to the header, to the discovery document, and to the token's text.
    claims: dict = field(default_factory=dict)
    header: dict = field(default_factory=dict)
    config: dict = field(default_factory=dict)
    algorithm: str = "RS256"
    signed_by: str = "own"
    answers: dict = field(default_factory=dict)
    pages: dict = field(default_factory=dict)
    asked: dict = field(default_factory=dict)
    fetched: list = field(default_factory=list)

    def __post_init__(self):
        super().__init__()

    def authorise(self, address: str) -> dict:
        """Sign the person in at the address the browser was sent to; return what it brings back."""
        self.asked = {name: value[0] for name, value in parse_qs(urlsplit(address).query).items()}
        code = secrets.token_urlsafe(8)
        ago = 0 if self.heeds_prompt and "prompt" in self.asked else self.signed_in_ago
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT,
            "exp": now + 300,
            "iat": now,
            "nonce": self.asked.get("nonce"),
            "auth_time": now - ago,
            "acr": self.acr,
            "email": "asha@example.org",
            "email_verified": True,
            "name": "Asha Example",
        }
        claims = {k: v for k, v in {**claims, **self.claims}.items() if v is not None}
        self.answers[code] = (claims, self.asked.get("code_challenge"))
        return {"code": code, "state": self.asked["state"]}

    def token(self, claims: dict) -> str:
        if self.algorithm == "none":
            return jwt.encode(claims, None, algorithm="none")
        if self.algorithm.startswith("HS"):
            # The old trick: the public key, taken for a shared secret.
            return hmac_token(claims, self.algorithm)
        header = {"kid": "own", **self.header}
        return jwt.encode(claims, key(self.signed_by), algorithm=self.algorithm, headers=header)

    def send(self, request, **kwargs):
        self.fetched.append(request.url)
        path = request.url.removeprefix(self.issuer)
        answer = requests.Response()
        answer.request, answer.url = request, request.url
        answer.status_code, body = self.answer(path, request)
        text = body if isinstance(body, str) else json.dumps(body)
        answer._content = text.encode()
        answer.headers["Content-Type"] = "application/json"
        return answer

    def answer(self, path: str, request) -> tuple[int, object]:
        if path in self.pages:
            return self.pages[path]
        if path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorise",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
                **self.config,
            }
        if path == "/keys":
            curve = published(key("curve"), "curve", "ES256")
            return 200, {"keys": [published(key("own"), "own", "RS256"), curve]}
        if path == "/token":
            return self.exchange({k: v[0] for k, v in parse_qs(request.body).items()})
        return 404, {}

    def exchange(self, sent: dict) -> tuple[int, object]:
        claims, challenge = self.answers.pop(sent.get("code", ""), (None, None))
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if claims is None or sent.get("client_secret") != SECRET or proof != challenge:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self.token(claims)}

    def close(self):
        pass


def hmac_token(claims: dict, algorithm: str) -> str:
    """Sign with the published key as if it were a secret, which no library offers any more."""
    secret = json.dumps(published(key("own"), "own", "RS256")).encode()
    parts = [{"alg": algorithm, "typ": "JWT", "kid": "own"}, claims]
    text = b".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts
    )
    code = jwt.get_algorithm_by_name(algorithm).sign(text, secret)
    return (text + b"." + base64.urlsafe_b64encode(code).rstrip(b"=")).decode()


def serve(monkeypatch, settings, *providers: Provider) -> list[str]:
    """Set up providers as the settings do, the first as the one whose word counts."""
    ids = [hashlib.sha256(each.issuer.encode()).hexdigest()[:16] for each in providers]
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": provider_id,
                    "name": "the trust",
                    "client_id": CLIENT,
                    "secret": SECRET,
                    "settings": {"server_url": each.issuer, "oauth_pkce_enabled": True},
                }
                for each, provider_id in zip(providers, ids, strict=True)
            ],
        }
    }
    settings.OIDC_PROVIDER = ids[0]
    settings.OIDC_ACR_VALUES = [STRONG]
    original = SingleSignOnAdapter.get_requests_session

    def session(self):
        made = original(self)
        made.mount("https://", Refusing())
        for each in providers:
            made.mount(each.issuer, each)
        return made

    monkeypatch.setattr(SingleSignOnAdapter, "get_requests_session", session)
    return ids


class Refusing(BaseAdapter):
    """There is nobody at any other address."""

    def send(self, request, **kwargs):
        raise requests.ConnectionError("nobody answers")

    def close(self):
        pass
