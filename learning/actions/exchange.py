"""Giving themes and learning to other areas, accepting whose are taken in, and taking them in."""

import re
import uuid
from collections.abc import Collection
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from casereview import keys, releases
from casereview.actions import NotAllowed
from casereview.models import LearningPoint, Panel
from casereview.records import change
from casereview.releases import Audience, Refused
from casereview.rules.return_year import ReturnYear
from learning import exchange
from learning.exchange_keys import is_genuine, public_key_of, signed
from learning.models import ExchangeArea, GivenBundle, ReceivedBundle
from learning.report_figures import About, about
from learning.rules.exchange_file import (
    MOST_STATEMENTS,
    BadBundle,
    Bundle,
    Signed,
    checked,
    content,
    digest,
    read,
)

ACTION = "export_learning"
MEANWHILE = "Somebody made a bundle meanwhile. Look at it first"
_KEY = re.compile(r"[0-9a-f]{64}")


class NotAccepted(NotAllowed):
    """The bundle is signed with a key that nobody here has accepted yet."""


def export_learning(
    *,
    panel: Panel,
    year: int,
    years: int,
    points: Collection[uuid.UUID],
    by,
    read_all: bool = False,
) -> GivenBundle:
    """Make a signed bundle of a panel's themes and of the learning that was chosen.

    The counts go through the gate into the ledger. The very same made again is the same bundle.

    Raises:
        NotAllowed: nobody confirmed to have read it, the year has not ended, a statement is not
            one that may be given or tells who somebody is, or the counts may not be given.
    """
    if not read_all:
        raise NotAllowed("Confirm that you have read every number and every statement")
    of = asked_about(panel, year, years, timezone.localdate())
    chosen = chosen_points(of, years, points)
    refuse_leaks(of, years, chosen)
    latest = _latest(panel, year, years)
    edition = 1 + (latest.edition if latest else 0)
    detail = {"year": year, "years": years, "statements": len(chosen)}
    tables = exchange.tables(of, years)
    try:
        # What is hidden is worked out here, once: nobody else writes while a transaction lasts.
        releases.preview(tables, Audience.PUBLIC)
        with transaction.atomic():
            given = releases.give(
                tables,
                Audience.PUBLIC,
                by=by,
                title=f"Themes for other areas, {panel.name}, to {of.year.slug}",
                action=ACTION,
                boards=of.codes,
                detail=detail,
            )
            made = made_of(of, years, given.settled, chosen, edition)
            if latest and _same(latest, made):
                return latest
            text = signed(made, panel)
            row = GivenBundle(
                panel=panel,
                first_year=made.first_year,
                last_year=made.last_year,
                edition=edition,
                file=text,
                digest=digest(text),
                statements=len(chosen),
                release=given.release,
                given_by=by,
                given_at=timezone.now(),
            )
            with change("sign_learning_bundle", by=by, detail={"digest": row.digest}) as written:
                written.save(row, subject=True)
    except Refused as refusal:
        raise NotAllowed(str(refusal)) from None
    except IntegrityError:
        raise NotAllowed(MEANWHILE) from None
    return row


def asked_about(panel: Panel, year: int, years: int, today: date) -> About:
    """Return whose reviews are counted, and until when.

    Raises:
        NotAllowed: the year has not ended, or so many years are not put together.
    """
    if years not in exchange.PERIODS or ReturnYear(year).last_day >= today:
        raise NotAllowed("Select a year that has ended, and one, three or five years")
    of = about(panel, ReturnYear(year))
    if not of.boards:
        raise NotAllowed("The panel serves no board, so there is nothing to count")
    return of


def chosen_points(of: About, years: int, points: Collection[uuid.UUID]) -> list[LearningPoint]:
    """Return the learning that was chosen, the earliest first.

    Raises:
        NotAllowed: some of it may not be given, or it is too much for one bundle.
    """
    wanted = set(points)
    if len(wanted) > MOST_STATEMENTS:
        raise NotAllowed(f"Choose {MOST_STATEMENTS} statements or fewer")
    found = list(exchange.offered(of, years).filter(pk__in=wanted).order_by("learned_on", "pk"))
    if len(found) != len(wanted):
        raise NotAllowed("Choose again: a statement you chose may not be given any longer")
    keys.prefetch("learning", [one.pk for one in found])
    return found


def refuse_leaks(of: About, years: int, points: list[LearningPoint]) -> None:
    """Refuse learning that tells who somebody is.

    Raises:
        NotAllowed: it does; which point is said, not which word.
    """
    if found := exchange.leaks_in(of, years, points):
        raise NotAllowed(f"Leave out what tells who somebody of a case is: {', '.join(found)}")


def made_of(of: About, years: int, settled, points: list[LearningPoint], edition: int) -> Bundle:
    """Return a bundle that others will be able to take in.

    Raises:
        NotAllowed: there is nothing to count, or the numbers of reviews are too small.
    """
    try:
        return checked(
            exchange.bundle(of, years, settled, points, edition=edition, today=timezone.localdate())
        )
    except exchange.NothingToCount:
        raise NotAllowed(
            "The number of reviews may not be given: it is small, or it moved by a few since it "
            "was given before. Take more years together, or wait until more are completed"
        ) from None
    except BadBundle as refusal:
        raise NotAllowed(str(refusal)) from None


def accept_exchange_area(*, name: str, public_key: str, by, compared: bool = False) -> ExchangeArea:
    """Accept the key of an area, whose fingerprint was compared by voice.

    Raises:
        NotAllowed: nobody compared it, no name, no such key, one of ours, or accepted already.
    """
    if not compared:
        raise NotAllowed("Confirm that you compared the fingerprint by telephone")
    key = "".join(public_key.split()).lower()
    if not name.strip():
        raise NotAllowed("Enter the name of the area")
    if not _KEY.fullmatch(key):
        raise NotAllowed("Enter the public key: 64 digits and letters from a to f")
    if _ours(key):
        raise NotAllowed("This is the key of a panel here: its bundles are not taken in")
    area = ExchangeArea.objects.filter(public_key=key).first() or ExchangeArea(public_key=key)
    if not area._state.adding and area.ended_at is None and area.name == name.strip():
        raise NotAllowed("This key is accepted already")
    with change("accept_exchange_area", by=by) as written:
        area.name, area.accepted_by, area.accepted_at = name.strip(), by, timezone.now()
        area.ended_by = area.ended_at = None
        written.save(area, subject=True)
        written.detail["fingerprint"] = area.fingerprint
    return area


def end_exchange_area(*, area: ExchangeArea, by, reason: str) -> ExchangeArea:
    """Take no more bundles signed with a key, and count none of those that were taken in.

    Raises:
        NotAllowed: it was ended already, or no reason.
    """
    if area.ended_at is not None:
        raise NotAllowed("The key is not accepted any longer")
    if not reason.strip():
        raise NotAllowed("Enter why the key is not accepted any longer")
    with change("end_exchange_area", by=by, reason=reason.strip()) as written:
        area.ended_by, area.ended_at = by, timezone.now()
        written.save(area, subject=True)
    return area


def looked_through(data: bytes) -> Signed:
    """Return what a file says, once its signature was found to hold; nothing is kept.

    Raises:
        NotAllowed: it is no bundle, was changed, or comes from here.
    """
    try:
        found = read(data)
    except BadBundle as refusal:
        raise NotAllowed(str(refusal)) from None
    if not is_genuine(found):
        raise NotAllowed(
            "The signature does not hold: somebody changed the bundle, or signed it with another "
            "key. Ask the area for it again, and tell them"
        )
    if _ours(found.public_key):
        raise NotAllowed("This bundle was made here. Choose one of another area")
    return found


def accepted_area(found: Signed) -> ExchangeArea:
    """Return the area whose accepted key signed a bundle.

    Raises:
        NotAccepted: nobody has accepted the key, or not any longer.
        NotAllowed: it was accepted for another area.
    """
    area = ExchangeArea.objects.filter(public_key=found.public_key, ended_at=None).first()
    if area is None:
        raise NotAccepted("The key of this area is not accepted here. Compare its fingerprint")
    if area.name != found.bundle.area_name:
        raise NotAllowed(
            f"The key was accepted for {area.name}, and the bundle is by another name. Ask them, "
            "and accept the key anew under the new name"
        )
    return area


def receive_learning(*, data: bytes, by) -> tuple[ReceivedBundle, bool]:
    """Take a bundle in, and say whether it is new; the same one again changes nothing.

    A later edition of the same area and years stands in for the earlier, which is kept.

    Raises:
        NotAccepted: its key is not accepted.
        NotAllowed: it is no bundle, was changed, or is older than one that is here.
    """
    found = looked_through(data)
    area = accepted_area(found)
    held = ReceivedBundle.objects.filter(digest=found.digest).first()
    if held is not None:
        return held, False
    told = found.bundle
    period = {"area": area, "first_year": told.first_year, "last_year": told.last_year}
    latest = ReceivedBundle.objects.filter(**period).aggregate(last=Max("edition"))["last"] or 0
    if told.edition < latest:
        raise NotAllowed("A later edition of this bundle is here already. Nothing was changed")
    if told.edition == latest:
        raise NotAllowed(
            "Another bundle of this area calls itself the same edition. Ask the area which one "
            "stands, and to make it again"
        )
    row = ReceivedBundle(
        **period,
        edition=told.edition,
        file=data.decode("utf-8"),
        digest=found.digest,
        received_by=by,
        received_at=timezone.now(),
    )
    detail = {"digest": found.digest, "edition": told.edition, "replaces": latest}
    try:
        with change("receive_learning", by=by, detail=detail) as written:
            written.save(row, subject=True)
    except IntegrityError:
        raise NotAllowed("Somebody took this bundle in meanwhile. Look at it first") from None
    return row, True


def _latest(panel: Panel, year: int, years: int) -> GivenBundle | None:
    period = {"panel": panel, "first_year": year - years + 1, "last_year": year}
    return GivenBundle.objects.filter(**period).order_by("-edition").first()


def _same(latest: GivenBundle, made: Bundle) -> bool:
    """Tell whether a bundle says what the one before it said; the year it was made in aside."""
    before, now = content(read((latest.file or "").encode()).bundle), content(made)
    aside = {"edition", "made_in"}
    return all(before[name] == now[name] for name in set(now) - aside)


def _ours(public_key: str) -> bool:
    return any(public_key_of(panel) == public_key for panel in Panel.objects.all())
