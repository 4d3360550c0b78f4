"""The agenda of a quarter's review, built from the records as they stand on a day.

It is what is frozen: plain words and numbers, nothing that would change later. Only learning that
was taken in is told, which names nobody; of actions only those that rest on no single case.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from casereview import keys
from casereview.action_plan import loaded, of_boards, opened, planned
from casereview.models import Action, EffectReview, LearningPoint, Panel
from casereview.rules.rag import Rag
from casereview.rules.working_days import written
from learning import near_misses, signals
from learning.actions.priorities import KEY
from learning.models import AgencyUpdate, Notice, Priority, QuarterlyReview
from learning.notice_page import body_of
from learning.panels import boards_of, points_of
from learning.priority_actions import evidenced
from learning.rules.impact import highest, seen_since
from learning.rules.quarters import Quarter
from learning.rules.signals import false_alarms
from learning.theme_flags import Flagged, flagged_themes

Source, Scale = LearningPoint.Source, LearningPoint.Scale
Item = dict[str, str]
MOST = 60  # items of one section; more than a meeting can read


def agenda(panel: Panel, quarter: Quarter, on: date, user) -> dict[str, Any]:
    """Return the agenda of a review of a panel: sections in order, each with its lines."""
    since = last_looked(panel, quarter)
    compared = signals.compare(on, panel)
    rows = flagged_themes(compared)
    names = {one.theme.code: one.theme.name for one in rows}
    points = list(learned_since(panel, since, on))
    keys.prefetch("learning", [one.pk for one in points])
    priorities = [one for one in rows if one.priority]
    actions, counts = _actions(panel, on, user)
    return {
        "as_at": on.isoformat(),
        "since": since.isoformat(),
        "window": f"{compared.window.first} to {compared.window.last}",
        "reference": f"{compared.reference.first} to {compared.reference.last}"
        if compared.reference.quarters
        else "",
        "signals": [_signal(one) for one in rows],
        "sections": [
            _section("learning", "New learning since last time", _learned(points, names)),
            _section(
                "flags",
                "Themes that are flagged",
                _flags(rows),
                lead=false_alarms(len(rows)),
                none="No theme has a flag that stands.",
            ),
            _section(
                "without_action",
                "Themes with learning but no action",
                _without_action(rows),
                none="Every theme with learning in the last four quarters has an action.",
            ),
            _section(
                "actions",
                "Actions and effects",
                actions,
                lead=counts,
                none="No action is late, and no effect waits to be looked at.",
            ),
            _section(
                "near_misses",
                "Near misses, a series of their own",
                [*_nearly(compared, names), *_of(points, names, Source.NEAR_MISS)],
                lead="Counted apart from cases and never added to them. More reports may mean "
                "more danger, or more people who report: no flag is drawn from them.",
                none="No near miss was reported in the last four quarters.",
            ),
            _section("good_practice", "Good practice", _of(points, names, Source.GOOD_PRACTICE)),
            _section("families", "What families said", _of(points, names, Source.FAMILY)),
            _section(
                "national",
                "What to take from regional and national learning",
                _lines(
                    (
                        one
                        for one in points
                        if one.source == Source.NATIONAL_REPORT
                        or one.scale in (Scale.REGIONAL, Scale.NATIONAL)
                    ),
                    names,
                ),
            ),
            _section(
                "priorities",
                "Priorities, and whether the work made a difference",
                _priorities(priorities),
                none="The panel has no priority.",
            ),
            _section(
                "told",
                "You said, we did",
                [*_did(priorities, points), *_notices(panel), *_agencies(panel, since, on)],
                none="Nothing was said or done since last time.",
            ),
        ],
    }


def last_looked(panel: Panel, quarter: Quarter) -> date:
    """Return the day after which things are new: of the review before, or the quarter's eve."""
    before = (
        QuarterlyReview.objects.filter(panel=panel, closed_at__isnull=False, as_at__isnull=False)
        .exclude(quarter__gte=str(quarter))
        .order_by("-quarter")
        .first()
    )
    return before.as_at if before and before.as_at else quarter.first_day - timedelta(days=1)


def learned_since(panel: Panel, since: date, until: date) -> QuerySet[LearningPoint]:
    """Return what a panel's boards, or nobody in particular, learned after a day, latest first."""
    return (
        LearningPoint.objects.filter(
            points_of(panel),
            state=LearningPoint.State.ACCEPTED,
            learned_on__gt=since,
            learned_on__lte=until,
        )
        .select_related("raised_by_agency")
        .order_by("-learned_on", "reference")
    )


def _section(
    key: str, title: str, items: list[Item], *, lead: str = "", none: str = ""
) -> dict[str, Any]:
    return {
        "key": key,
        "title": title,
        "lead": lead,
        "items": items[:MOST],
        "left_out": max(0, len(items) - MOST),
        "none": none or "Nothing since last time.",
    }


def _signal(one: Flagged) -> dict[str, Any]:
    return {
        "code": one.theme.code,
        "name": one.theme.name,
        "window": one.signal.window,
        "reference": one.signal.reference,
        "p": one.signal.p if one.signal.p is None else round(one.signal.p, 5),
        "flag": str(one.signal.flag),
        "label": one.label,
        "closed": one.closed is not None,
        "priority": one.priority is not None,
    }


def _learned(points: list[LearningPoint], names: dict[str, str]) -> list[Item]:
    by_source = Counter(one.get_source_display() for one in points)
    counted = "; ".join(f"{source}: {number}" for source, number in sorted(by_source.items()))
    unassigned = sum(not one.theme for one in points)
    head = [{"text": f"{len(points)} in all. {counted}", "detail": ""}] if points else []
    if unassigned:
        head.append({"text": f"{unassigned} without a theme: choose one", "detail": ""})
    return [*head, *_lines(points, names)]


def _of(points: list[LearningPoint], names: dict[str, str], *sources: str) -> list[Item]:
    return _lines((one for one in points if one.source in sources), names)


def _lines(points: Iterable[LearningPoint], names: dict[str, str]) -> list[Item]:
    return [
        {
            "text": one.statement or "",
            "detail": f"{one.reference}; {names.get(one.theme, 'no theme')}; "
            f"{one.get_source_display()}",
        }
        for one in points
    ]


def _nearly(compared: signals.Compared, names: dict[str, str]) -> list[Item]:
    """Return by theme the near misses of the last four quarters, the most first."""
    window, reference = compared.window, compared.reference
    now = near_misses.by_quarter(compared.panel, window)
    before = near_misses.by_quarter(compared.panel, reference) if reference.quarters else {}
    return [
        {
            "text": f"{names.get(code, 'No theme yet')}: {sum(values)} near "
            f"miss{'' if sum(values) == 1 else 'es'} in the last four quarters",
            "detail": "; ".join(
                f"{quarter}: {number}" for quarter, number in zip(window, values, strict=True)
            )
            + f". In the {reference.quarters} quarters before: {sum(before.get(code, ()))}.",
        }
        for code, values in sorted(now.items(), key=lambda one: (-sum(one[1]), one[0]))
    ]


def _flags(rows: list[Flagged]) -> list[Item]:
    found = [
        {"text": f"{one.theme.name}: {one.signal.flag}", "detail": one.sentence}
        for one in rows
        if one.stands
    ]
    found += [
        {
            "text": f"{one.theme.name}: {one.signal.flag}, closed on "
            f"{written(timezone.localdate(one.closed.closed_at))}",
            "detail": f"{one.sentence} Closed because: {one.closed.reason}",
        }
        for one in rows
        if one.closed
    ]
    return found


def _without_action(rows: list[Flagged]) -> list[Item]:
    with_action = set(
        LearningPoint.objects.filter(pk__in=_standing().values("learning_point"))
        .exclude(theme="")
        .values_list("theme", flat=True)
    ) | set(
        Priority.objects.filter(
            pk__in=_standing().filter(key_kind=KEY).values("key_id")
        ).values_list("theme__code", flat=True)
    )
    return [
        {"text": one.theme.name, "detail": f"Cases in the last four quarters: {one.signal.window}"}
        for one in rows
        if one.signal.window and one.theme.code not in with_action
    ]


def _standing() -> QuerySet[Action]:
    return Action.objects.exclude(state=Action.State.DROPPED)


def _actions(panel: Panel, on: date, user) -> tuple[list[Item], str]:
    """Return the exceptions among the actions of learning, and how all stand.

    Actions that follow from findings of reviews are counted, not told: who may read them depends
    on the reader.
    """
    rows = planned(user, loaded(Action.objects.filter(of_boards(user, boards_of(panel)))), on)
    counts = Counter(one.rag for one in rows)
    own = [one for one in rows if one.action.key_kind == KEY or one.action.learning_point_id]
    late = [one for one in own if one.standing.rag in (Rag.RED, Rag.AMBER)]
    items = [
        {
            "text": one.action.text or "",
            "detail": f"{one.rag}: {one.standing.why}. {one.who}. {one.origin.label}",
        }
        for one in opened(late)
    ]
    due = EffectReview.objects.filter(
        action__in=[one.action.pk for one in own], reviewed_on=None, due_on__lte=on
    ).select_related("action")
    items += [
        {
            "text": one.action.text or "",
            "detail": f"Its effect was to be looked at on {written(one.due_on)}",
        }
        for one in due.order_by("due_on", "pk")
    ]
    said = "; ".join(f"{label}: {number}" for label, number in sorted(counts.items()))
    return items, f"Of all actions of the panel’s boards: {said}." if said else ""


def _priorities(rows: list[Flagged]) -> list[Item]:
    kept = [one.priority for one in rows if one.priority]
    keys.prefetch("priority", [one.pk for one in kept])
    links = evidenced(kept)
    labels = dict(EffectReview.Link.choices)
    found = []
    for one in rows:
        if one.priority is None:
            continue
        top = highest(links[one.priority.pk])
        found.append(
            {
                "text": f"{one.theme.name} ({one.priority.get_raised_display().lower()})",
                "detail": f"Would be seen: {one.priority.would_be_seen} Highest link that is "
                f"evidenced: {labels.get(top, 'none yet')}. "
                + seen_since(
                    one.signal.window, one.signal.reference, one.signal.reference_quarters
                ),
            }
        )
    return found


def _did(rows: list[Flagged], points: list[LearningPoint]) -> list[Item]:
    """Return by priority what was said since last time, and which of its actions are done."""
    said = Counter(one.theme for one in points)
    keyed = {one.priority.pk: one for one in rows if one.priority}
    done: dict[Any, list[str]] = {key: [] for key in keyed}
    actions = Action.objects.filter(key_kind=KEY, key_id__in=keyed, state=Action.State.DONE)
    for action in actions.order_by("done_on", "pk"):
        done[action.key_id].append(action.text or "")
    return [
        {
            "text": f"{one.theme.name}: you said {said[one.theme.code]} "
            f"thing{'' if said[one.theme.code] == 1 else 's'} since last time",
            "detail": "We did: " + ("; ".join(done[key]) or "nothing is done yet"),
        }
        for key, one in keyed.items()
    ]


def _notices(panel: Panel) -> list[Item]:
    notices = list(
        Notice.objects.filter(panel=panel, sent_on__isnull=False).order_by("sent_on", "pk")
    )[-MOST:]
    keys.prefetch("notice", [one.pk for one in notices])
    return [
        {
            "text": f"{body_of(one)} was told on {written(one.sent_on)}",
            "detail": f"It answered on {written(one.replied_on)}: {one.reply}"
            if one.replied_on
            else "No answer yet.",
        }
        for one in notices
        if one.sent_on
    ]


def _agencies(panel: Panel, since: date, until: date) -> list[Item]:
    """Return what member agencies said before the meetings since last time; silence too."""
    rows = list(
        AgencyUpdate.objects.filter(
            meeting__panel=panel, meeting__held_on__gt=since, meeting__held_on__lte=until
        )
        .exclude(meeting__in=keys.destroyed_of("meeting"))
        .select_related("agency", "meeting")
        .order_by("agency__name", "meeting__held_on")
    )
    keys.prefetch("meeting", [one.meeting_id for one in rows])
    return [
        {
            "text": f"{one.agency.name}, before the meeting of {written(one.meeting.held_on)}",
            "detail": one.text or one.get_answer_display(),
        }
        for one in rows
    ]
