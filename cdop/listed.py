"""What a manager sees of the lists of their panels, and which deaths are on no list."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest

from casereview import access, keys
from casereview.meetings import panels_managed_by
from casereview.models import Case, Child, ParallelProcess
from casereview.rules.working_days import written
from cdop.actions.matching import holder
from cdop.list_retention import destroyed
from cdop.models import ListEntry, ListUpload
from cdop.notification_lists import OPEN_STAGES, name_of

# A death is on a list by then, or somebody asks why not.
DAYS_TO_BE_LISTED = 21
INQUEST = "INQ"
FIELDS = {
    "given_names": "Given names",
    "family_name": "Family name",
    "born_on": "Date of birth",
    "died_on": "Date of death",
    "postcode": "Postcode",
    "sex": "Sex",
}
WORDS = {
    "same": "the same",
    "slip": "one slip apart",
    "two": "two slips apart",
    "near": "nearly the same",
    "part": "one part the same",
    "fair": "alike",
    "weak": "hardly alike",
    "mother": "the mother’s",
    "district": "the same district",
    "different": "different",
    "missing": "missing",
}


@dataclass(frozen=True)
class Shown:
    """One notified death that an entry may be; without a case it is held where one may not look."""

    reference: str
    bits: float
    reasons: str
    case: Case | None = None
    child: str = ""
    dates: str = ""
    held_by: str = ""


@dataclass(frozen=True)
class Row:
    """One listed death with what it may be, best first."""

    entry: ListEntry
    name: str
    proposals: list[Shown] = field(default_factory=list)


def uploads_of(user) -> QuerySet[Any]:
    """Return the lists of the panels a person manages, the latest first, each with its counts.

    One that was destroyed is not among them: nobody can read it any more.
    """
    waiting = Q(entries__decision="")
    return (
        ListUpload.objects.filter(panel__in=panels_managed_by(user))
        .exclude(pk__in=destroyed())
        .select_related("panel")
        .annotate(
            deaths=Count("entries"),
            certain=Count("entries", filter=waiting & Q(entries__band="certain")),
            likely=Count("entries", filter=waiting & Q(entries__band="likely")),
            unmatched=Count("entries", filter=waiting & Q(entries__band="unmatched")),
        )
        .order_by("-uploaded_at", "pk")
    )


def in_words(upload: ListUpload) -> str:
    """Return a list as people name it: whose, where, and for which days."""
    where = f", {upload.sub_district}" if upload.sub_district else ""
    if upload.covers_from and upload.covers_until:
        return f"{upload.get_kind_display()}{where}, {_day(upload.covers_from)} to " + _day(
            upload.covers_until
        )
    return f"{upload.get_kind_display()}{where}, received {_day(upload.received_on)}"


def rows_of(user, entries: list[ListEntry]) -> list[Row]:
    """Return entries with what they may be; a case that is kept from the reader is not named."""
    keys.prefetch("list", {entry.upload_id for entry in entries})
    wanted = {one["case"] for entry in entries for one in entry.weights.get("proposals", [])}
    seen = {
        str(case.pk): case
        for case in access.visible_to(user, "view_identity").filter(pk__in=wanted)
    }
    others = Case.objects.filter(pk__in=wanted - set(seen)).select_related(
        "panel", "reviewing_board"
    )
    held = {str(case.pk): holder(case) for case in others}
    keys.prefetch("case", [case.pk for case in seen.values()])
    children = {str(one.case_id): one for one in Child.objects.filter(case__in=seen.values())}
    return [
        Row(
            entry,
            " ".join(filter(None, (entry.given_names, entry.family_name))) or "No name",
            [
                _shown(one, seen, children, held)
                for one in entry.weights.get("proposals", [])
                if one["case"] in seen or one["case"] in held
            ],
        )
        for entry in entries
    ]


def _shown(
    one: dict[str, Any], seen: dict[str, Case], children: dict[str, Child], held: dict[str, str]
) -> Shown:
    case = seen.get(one["case"])
    reasons = ", ".join(
        f"{FIELDS[name].lower()} {WORDS[word]} ({bits:+g})"
        for name, (word, bits) in one["fields"].items()
        if name in FIELDS and word != "missing"
    )
    if case is None:
        return Shown("", one["bits"], reasons, held_by=held[one["case"]])
    child = children.get(one["case"])
    born = f"born {_day(child.born_on)}, " if child and child.born_on else ""
    died = f"died {_day(case.died_on)}" if case.died_on else ""
    return Shown(case.reference, one["bits"], reasons, case, name_of(child), f"{born}{died}")


def not_listed(user, today: datetime.date) -> QuerySet[Case]:
    """Return the deaths that ought to be on a registrar's list by now and are on none.

    A death is expected only on a list of the place where it happened that covers its day; not
    while an inquest is expected or under way; and 21 days after the later of death and
    notification. What may be on a list waits for the decision there.
    """
    lists = ListUpload.objects.filter(
        panel=OuterRef("panel"),
        kind=ListUpload.Kind.REGISTRAR,
        covers_from__lte=OuterRef("died_on"),
        covers_until__gte=OuterRef("died_on"),
    ).filter(Q(sub_district="") | Q(sub_district=OuterRef("place_of_death_board__name")))
    inquest = ParallelProcess.objects.filter(
        case=OuterRef("pk"), kind=INQUEST, status__in=["expected", "open"]
    )
    found = ListEntry.objects.filter(case=OuterRef("pk"))
    cases = (
        access.visible_to(user, "decide_match")
        .filter(kind=Case.Kind.DEATH, stage__in=OPEN_STAGES, merged_into=None)
        .filter(panel__in=panels_managed_by(user))
        .annotate(known_on=Greatest(F("died_on"), F("notified_on")))
        .filter(known_on__lte=today - datetime.timedelta(days=DAYS_TO_BE_LISTED))
        .filter(Exists(lists))
        .exclude(Exists(inquest))
        .exclude(Exists(found))
    )
    proposed = {
        one["case"]
        for weights in ListEntry.objects.filter(
            decision="", upload__panel__in=panels_managed_by(user)
        ).values_list("weights", flat=True)
        for one in weights.get("proposals", [])[:1]
    }
    return cases.exclude(pk__in=proposed).order_by("died_on", "reference")


def _day(day: datetime.date) -> str:
    return written(day).split(" ", 1)[1]
