"""Reviews with themes, and bundles of other areas, to test the exchange with."""

import datetime
from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.utils import timezone

from casereview.records import change
from casereview.rules.return_year import ReturnYear
from cdop.models import FactorFinding, PanelReview
from learning.rules.exchange_file import Bundle, ThemeCount, Told, message, written
from learning.rules.pooling import Between
from tests.cdop.reviewed import make_death

LAST = ReturnYear.containing(timezone.localdate()).previous  # the last year that has ended
COMPLETED = datetime.date(LAST.ends_in - 1, 11, 3)


def reviews(number: int, *themes: str, completed_on=COMPLETED, **facts) -> None:
    """Complete some reviews, each with a line of its grid for every theme."""
    with change("open_case", by=None) as opened:
        for _ in range(number):
            case = make_death(opened, completed_on=completed_on, **facts)
            review = PanelReview.objects.get(case=case)
            for theme in themes:
                opened.save(
                    FactorFinding(
                        case=case, review=review, present="Y", modifiable="Y", theme=theme
                    )
                )


def key_of(name: str) -> Ed25519PrivateKey:
    """Return the signing key of an area, the same for the same name."""
    return Ed25519PrivateKey.from_private_bytes(name.encode().ljust(32, b".")[:32])


def public_key(name: str) -> str:
    return key_of(name).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def bundle_of(name: str, counts=None, *, reviews: Between = Between(80, 80), **facts) -> Bundle:  # noqa: B008
    """Return a bundle of an area over five years."""
    counts = counts or {"safe_sleep": Between(8, 8), "smoking": Between(1, 4)}
    said = Bundle(
        area_code="ELSEWHERE",
        area_name=name,
        first_year=2011,
        last_year=2015,
        edition=1,
        made_in=2015,
        threshold=5,
        reviews=reviews,
        themes=tuple(
            ThemeCount(code, code.replace("_", " ").capitalize(), (), number)
            for code, number in counts.items()
        ),
        learning=(
            Told("safe_sleep", "A sofa was used as a bed while a family moved house.", "", 2014),
        ),
    )
    return replace(said, **facts)


def file_of(bundle: Bundle, signer: str = "") -> bytes:
    """Return the file of a bundle, signed by its area, or by somebody else."""
    name = signer or bundle.area_name
    signature = key_of(name).sign(message(bundle)).hex()
    return written(bundle, public_key(name), signature).encode()
