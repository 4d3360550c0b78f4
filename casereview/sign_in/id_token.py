"""What must hold of the token by which a provider says who somebody is; any doubt refuses it.

A provider answers over TLS, and the standard would let the signature be. It is checked all the
same: a proxy that opens TLS, or a wrong address in a setting, must not be able to name a person.
"""

import hmac
from dataclasses import dataclass
from typing import Any

import jwt
from allauth.socialaccount.providers.oauth2.client import OAuth2Error

# Signed with the provider's private key: neither unsigned, nor with a secret that both know.
ALGORITHMS = frozenset(
    f"{kind}{bits}" for kind in ("RS", "PS", "ES") for bits in (256, 384, 512)
) | {"EdDSA"}
NEEDED = ["iss", "sub", "aud", "exp", "iat", "nonce", "auth_time"]
# Two clocks may differ by this much.
LEEWAY_SECONDS = 60
TOKEN_SECONDS = 10 * 60
LONGEST_SUBJECT = 191

# Why somebody was not let in, in words for them; the words name nobody.
REASONS = {
    "stopped": "The sign-in was begun in another window, or too long ago, or it was used already",
    "provider": "The service that signs you in could not be reached, or its answer is not usable",
    "signature": "The answer is not signed by the service that signs you in",
    "issuer": "The answer comes from another service than the one that was asked",
    "audience": "The answer was meant for another website",
    "expired": "The answer is too old",
    "incomplete": "The answer leaves out something that has to be known",
    "replayed": "The answer belongs to another sign-in than the one you began",
    "stale": "You signed in there too long ago: sign in there anew",
    "weak": "You signed in there without the second factor that is asked for here",
    "somebody_else": "Somebody else signed in there than the person who is signed in here",
    "no_account": "No account here is joined to yours there",
}


class NotBelieved(OAuth2Error):
    """A provider's answer is refused; `reason` is one of `REASONS`."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Asked:
    """What a provider was asked, and of whom an answer is expected."""

    issuer: str
    client: str
    nonce: str
    at: int
    max_age: int
    # The provider's words for a sign-in with a second factor; empty asks for none.
    classes: frozenset[str] = frozenset()
    # Whether the person had to prove themselves anew there.
    anew: bool = False


@dataclass(frozen=True)
class Assertion:
    """What a token said and what was proved of it."""

    subject: str
    auth_time: int
    # Whether the provider asked for a second factor that counts here.
    strong: bool


_WHY: list[tuple[type[Exception], str]] = [
    (jwt.InvalidIssuerError, "issuer"),
    (jwt.InvalidAudienceError, "audience"),
    (jwt.ExpiredSignatureError, "expired"),
    (jwt.MissingRequiredClaimError, "incomplete"),
    (jwt.ImmatureSignatureError, "incomplete"),
    (jwt.InvalidIssuedAtError, "incomplete"),
    (jwt.exceptions.InvalidSubjectError, "incomplete"),
    (jwt.PyJWTError, "signature"),
]


def believe(token: Any, keys: Any, asked: Asked, now: int) -> Assertion:
    """Return what `token` says, checked with the provider's public `keys` against what was asked.

    Raises:
        NotBelieved: anything does not hold.
    """
    if not isinstance(token, str):
        raise NotBelieved("incomplete")
    try:
        algorithm, key = _key_of(token, keys)
        claims = jwt.decode(
            token,
            key=key,
            algorithms=[algorithm],
            issuer=asked.issuer,
            audience=asked.client,
            leeway=LEEWAY_SECONDS,
            options={"require": NEEDED},
        )
    except jwt.PyJWTError as failure:
        raise NotBelieved(next(why for kind, why in _WHY if isinstance(failure, kind))) from None
    except (KeyError, TypeError, ValueError, AttributeError):
        raise NotBelieved("signature") from None
    if reason := refusal(claims, asked, now):
        raise NotBelieved(reason)
    strong = bool(asked.classes)
    return Assertion(claims["sub"], min(claims["auth_time"], now), strong)


def _key_of(token: str, keys: Any) -> tuple[str, Any]:
    """Return the algorithm that a token names, where we take it, and the key it names."""
    header = jwt.get_unverified_header(token)
    algorithm = header.get("alg")
    if algorithm not in ALGORITHMS:
        raise NotBelieved("signature")
    named = header.get("kid")
    offered = [
        key
        for key in keys["keys"]
        if key.get("kty") != "oct"
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
    ]
    fitting = [key for key in offered if named is None or key.get("kid") == named]
    if len(fitting) != 1:
        raise NotBelieved("signature")
    return algorithm, jwt.PyJWK(fitting[0], algorithm).key


def refusal(claims: dict[str, Any], asked: Asked, now: int) -> str:
    """Return why signed claims are not what was asked for; empty when they are."""
    subject, auth_time, issued = claims["sub"], claims["auth_time"], claims["iat"]
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        return "incomplete"
    if not _is_moment(auth_time) or not _is_moment(issued):
        return "incomplete"
    if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and "azp" not in claims:
        return "audience"
    if claims.get("azp", asked.client) != asked.client:
        return "audience"
    nonce = claims["nonce"]
    if not isinstance(nonce, str) or not asked.nonce:
        return "replayed"
    if not hmac.compare_digest(nonce.encode("utf-8", "replace"), asked.nonce.encode()):
        return "replayed"
    if now - issued > TOKEN_SECONDS or issued < asked.at - LEEWAY_SECONDS:
        return "expired"
    if auth_time > now + LEEWAY_SECONDS or now - auth_time > asked.max_age + LEEWAY_SECONDS:
        return "stale"
    if asked.anew and auth_time < asked.at - LEEWAY_SECONDS:
        return "stale"
    reached = claims.get("acr")
    if asked.classes and not (isinstance(reached, str) and reached in asked.classes):
        return "weak"
    return ""


def _is_moment(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
