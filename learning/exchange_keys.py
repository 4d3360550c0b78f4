"""Signing bundles of learning, and checking those of others.

A panel's signing key is derived from the key ring, which is kept outside the database: it is
stored nowhere, stays the same when the wrapping keys are changed, and comes back with the ring.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from casereview import keys
from casereview.models import Panel
from learning.rules.exchange_file import Bundle, Signed, message, written


def _signing_key(panel: Panel) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(keys.ring().derive(f"learning exchange {panel.pk}"))


def public_key_of(panel: Panel) -> str:
    """Return what others check a panel's signature with, in hexadecimal digits."""
    key = _signing_key(panel).public_key()
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def signed(bundle: Bundle, panel: Panel) -> str:
    """Return the file of a bundle, signed by a panel."""
    signature = _signing_key(panel).sign(message(bundle)).hex()
    return written(bundle, public_key_of(panel), signature)


def is_genuine(found: Signed) -> bool:
    """Tell whether a bundle is signed with the key that it names."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(found.public_key))
        key.verify(bytes.fromhex(found.signature), message(found.bundle))
    except (InvalidSignature, ValueError):
        return False
    return True
