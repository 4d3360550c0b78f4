"""Two fictional areas whose bundles were taken in, to compare the fictional year with."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from casereview.rules.access_table import Role
from casereview.rules.return_year import ReturnYear
from learning.actions.exchange import accept_exchange_area, receive_learning
from learning.demo import cast
from learning.models import Theme
from learning.rules.exchange_file import Bundle, ThemeCount, Told, message, written
from learning.rules.pooling import Between

YEAR = 2015  # that of the fictional year
SMALL = Between(1, 4)
# name, code, reviews in five years, numbers of themes; what is not named is none.
AREAS: tuple[
    tuple[str, str, int, dict[str, int | Between], tuple[tuple[str, str, str], ...]], ...
] = (
    (
        "Wealdmere and Ashcombe (fictional)",
        "WEALDMERE",
        412,
        {
            "safe_sleep": 41,
            "smoking": 58,
            "consanguinity": 9,
            "substance_misuse": 27,
            "language_barrier": 6,
            "button_battery": SMALL,
            "not_brought": 22,
        },
        (
            (
                "safe_sleep",
                "Grandparents who looked after a baby had never been told about safer sleep.",
                "Advice goes to those who come to the clinic, and they are not all who put a baby "
                "to bed.",
            ),
            (
                "button_battery",
                "A toy bought on a market had a battery lid without a screw.",
                "Trading standards took it off the stalls within a week of being told.",
            ),
        ),
    ),
    (
        "Nether Tarn (fictional)",
        "NETHERTARN",
        188,
        {
            "safe_sleep": 12,
            "smoking": 30,
            "consanguinity": SMALL,
            "substance_misuse": 11,
            "language_barrier": SMALL,
            "not_brought": 7,
        },
        (
            (
                "language_barrier",
                "A caller was asked to spell an address in a language she could not write.",
                "",
            ),
        ),
    ),
)


def bring_in() -> None:
    """Accept the keys of two areas and take their bundles in."""
    lead = cast.person(Role.LEARNING_LEAD)
    names = {theme.code: theme for theme in Theme.objects.order_by("name")}
    for name, code, reviews, counts, learning in AREAS:
        key = Ed25519PrivateKey.generate()
        public_key = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
        bundle = Bundle(
            area_code=code,
            area_name=name,
            first_year=YEAR - 4,
            last_year=YEAR,
            edition=1,
            made_in=YEAR,
            threshold=5,
            reviews=Between(reviews, reviews),
            themes=tuple(
                ThemeCount(
                    theme.code,
                    theme.name,
                    tuple(sorted(theme.review_themes)),
                    _between(counts.get(theme.code, 0)),
                )
                for theme in names.values()
                if theme.since is None or theme.since <= ReturnYear(YEAR - 4).first_day
            ),
            learning=tuple(Told(theme, said, why, YEAR) for theme, said, why in learning),
        )
        file = written(bundle, public_key, key.sign(message(bundle)).hex())
        accept_exchange_area(name=name, public_key=public_key, by=lead, compared=True)
        receive_learning(data=file.encode(), by=lead)


def _between(number: int | Between) -> Between:
    return number if isinstance(number, Between) else Between(number, number)
