"""Making the annual return: writing beside its figures, asking for what is missing, freezing it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from casereview import access
from casereview.actions import NotAllowed
from casereview.models import Board
from casereview.records import Change, change
from casereview.rules.return_year import ReturnYear
from cdop import counting, return_forms, return_keeping, return_templates
from cdop.counting import Scope
from cdop.models import AnnualReturn, ReturnForm, ReturnQuestion
from cdop.rules import child_level, frozen_return
from cdop.rules.annual_return import ReviewedDeath, Tabulation
from cdop.rules.return_checks import check_return, gaps

MOVED = "The figures changed since you opened this page. Look at them again, then freeze."
MEANWHILE = "Somebody else has frozen this return meanwhile. Look at what they froze."


@dataclass(frozen=True)
class Said:
    """What the officer writes beside the figures of a return."""

    comments: str = ""
    contact: str = ""
    signed_off_by: str = ""
    local_total: int | None = None
    changes: Mapping[str, str] = field(default_factory=dict)

    @property
    def explanations(self) -> dict[str, Any]:
        """What is kept beside the comments, as plain values."""
        return {
            "contact": self.contact,
            "signed_off_by": self.signed_off_by,
            "local_total": self.local_total,
            "changes": dict(self.changes),
        }

    @classmethod
    def of(cls, kept: AnnualReturn | None) -> "Said":
        """Return what was written of a return; nothing where there is none."""
        if kept is None:
            return cls()
        return cls(comments=kept.comments or "", **(kept.explanations or {}))


def comment_on_return(
    *, year: ReturnYear, scope: Scope, said: Said, by, version: int | None = None
) -> AnnualReturn:
    """Keep what the officer writes beside the figures, until they are frozen with it.

    Raises:
        NotAllowed: somebody else wrote there since the page was shown.
    """
    with change("comment_on_return", by=by, detail=_which(year, scope)) as written:
        draft = return_keeping.draft_of(year, scope)
        if version is not None and version != (draft.version if draft else 0):
            raise NotAllowed(
                "Somebody else has written here meanwhile. Look at it, then save again"
            )
        draft = draft or _new(year, scope)
        draft.comments, draft.explanations = said.comments or None, said.explanations
        written.save(draft)
    return draft


def freeze_annual_return(
    *,
    year: ReturnYear,
    scope: Scope,
    area_name: str,
    seen: str,
    reason: str = "",
    errors_explained: str = "",
    by,
) -> AnnualReturn:
    """Keep a return whole, as it is sent; from the second on it is a revision, with a reason.

    `seen` is the digest of the figures that the person looked at.

    Raises:
        NotAllowed: the year is still running, the figures are not those that were seen, a check
            finds an error and nobody says why it stands, a revision has no reason, or nothing has
            moved since the last one.
    """
    if timezone.localdate() <= year.last_day:
        raise NotAllowed(
            f"Freeze the return after the year has ended: it runs until {year.last_day:%d.%m.%Y}"
        )
    try:
        with transaction.atomic():
            return _freeze(
                year, scope, area_name, seen, reason.strip(), errors_explained.strip(), by
            )
    except IntegrityError:
        raise NotAllowed(MEANWHILE) from None


def _freeze(
    year: ReturnYear,
    scope: Scope,
    area_name: str,
    seen: str,
    reason: str,
    errors_explained: str,
    by,
) -> AnnualReturn:
    with change("freeze_annual_return", by=by, detail=_which(year, scope)) as written:
        counted, deaths = counting.count_return(year, scope)
        if frozen_return.figures_digest(counted) != seen:
            raise NotAllowed(MOVED)
        before = return_keeping.kept_returns(year, scope)
        draft = return_keeping.draft_of(year, scope)
        # What was written beside the last revision holds until somebody writes anew.
        said = Said.of(draft or (before[0] if before else None))
        draft = draft or _new(year, scope)
        draft.comments, draft.explanations = said.comments or None, said.explanations
        errors = _errors(counted, deaths, scope, said.local_total)
        if errors and not errors_explained:
            raise NotAllowed("Put right what the checks found, or say why the return goes as it is")
        moved = _moved(before[0], counted, deaths, reason) if before else None
        draft.revision = before[0].revision + 1 if before else 1
        area = return_keeping.area_of(scope)
        pseudonyms = {
            row: return_keeping.pseudonym_of(year, area, row) for row in counted.rows("AG-01")
        }
        rows = child_level.rows_of(counted, deaths, pseudonyms.__getitem__)
        if wrong := child_level.differences(rows, counted):
            raise NotAllowed(f"The child-level rows do not give the figures of {wrong[0][0]}")
        content, references = frozen_return.pack(counted, deaths, return_keeping.labels_of(counted))
        references["pseudonyms"] = pseudonyms
        content |= {
            "area": area_name,
            "child_level": rows,
            "comments": said.comments,
            **said.explanations,
            "errors_explained": errors_explained if errors else "",
            "errors": [[one.rule, one.message, len(one.rows)] for one in errors],
            "lists": return_keeping.list_versions(),
            "reason": reason,
            "moved": moved,
            "frozen_by": str(by),
            "frozen_at": timezone.now().isoformat(timespec="seconds"),
        }
        draft.template = counted.template.name
        draft.template_version = counted.template.version
        draft.lists_version = max(content["lists"].values())
        draft.completed = counted.count("AG-01")
        draft.frozen, draft.row_references = content, references
        draft.revision_reason = reason or None
        draft.digest = frozen_return.digest(content, references)
        draft.frozen_by, draft.frozen_at = by, timezone.now()
        written.save(draft)
        written.detail |= {
            "revision": draft.revision,
            "reviews": draft.completed,
            "digest": draft.digest,
        }
    return draft


def _moved(
    last: AnnualReturn, counted: Tabulation, deaths: Sequence[ReviewedDeath], reason: str
) -> dict[str, Any]:
    """Return what a revision moves, as plain values to keep with it."""
    if not reason:
        raise NotAllowed("Enter why the return is revised")
    kept = return_keeping.opened(last)
    difference = frozen_return.compare(
        kept.counted, kept.deaths, counted, {death.row: death for death in deaths}
    )
    if not difference:
        raise NotAllowed("Nothing has moved since the last revision, so there is nothing to revise")
    facts = difference.facts or {}
    assert last.frozen_at is not None  # noqa: S101 - a kept return is frozen
    acts = return_keeping.corrections(
        {row: [fact.column for fact in of_row] for row, of_row in facts.items()}, last.frozen_at
    )
    return {
        "since": last.revision,
        "figures": [
            [one.item, one.code, one.outcome, one.before, one.now, list(one.came), list(one.left)]
            for one in difference.figures
        ],
        "cases": {
            row: {
                "facts": [[fact.column, fact.before, fact.now] for fact in of_row],
                "corrections": [
                    [act.what, act.at.isoformat(timespec="seconds"), act.by]
                    for act in acts.get(row, [])
                ],
            }
            for row, of_row in facts.items()
        },
    }


def _errors(
    counted: Tabulation,
    deaths: Sequence[ReviewedDeath],
    scope: Scope,
    local_total: int | None,
) -> list:
    found = check_return(
        counted,
        deaths,
        return_forms.severities_of(counted.template),
        boards=scope.residents_of,
        local_total=local_total,
    )
    return [one for one in found if one.severity == "error"]


def ask_for_missing(
    *, year: ReturnYear, scope: Scope, references: Collection[str], by
) -> list[str]:
    """Ask those who keep the cases for what is not known; return which cases were asked about.

    A case asked about before is asked again only where something else is missing. Cases that are
    kept from the person are left out, whatever was asked.
    """
    counted, deaths = counting.count_return(year, scope)
    missing = {gap.row: gap.columns for gap in gaps(counted, deaths) if gap.row in set(references)}
    cases = {
        case.reference: case
        for case in access.visible_to(by, "open_figure").filter(reference__in=list(missing))
    }
    earlier = {
        question.case_id: question
        for question in ReturnQuestion.objects.filter(year=year.ends_in, case__in=cases.values())
    }
    asked = []
    for reference, case in sorted(cases.items()):
        question = earlier.get(case.pk) or ReturnQuestion(case=case, year=year.ends_in)
        columns = sorted(missing[reference])
        if question.columns == columns:
            continue
        with change("ask_for_missing", by=by, case=case) as written:
            question.columns = columns
            question.asked_by, question.asked_at = by, timezone.now()
            written.save(question)
            written.detail |= {"year": year.ends_in, "asked": columns}
        asked.append(reference)
    return asked


def change_return_form(
    *, year: ReturnYear, part: str, content: Mapping[str, Any], number: int, by
) -> ReturnForm:
    """Enter one part of a year's real form: what the form says of itself, a question or a check.

    What was entered before stays as an earlier entry; a return that was frozen keeps its own.

    Raises:
        NotAllowed: somebody else has entered something since the page was shown.
    """
    if part != "form" and not any(
        part in known for known in (_items(year), return_templates.checks())
    ):
        raise LookupError(part)
    try:
        with change(
            "change_return_form", by=by, detail={"year": year.ends_in, "part": part}
        ) as one:
            return _enter(one, year, part, content, number, by)
    except IntegrityError:
        raise NotAllowed(_ENTERED) from None


_ENTERED = "Somebody else has entered something of this form meanwhile. Look at it, then save again"


def _enter(
    written: Change, year: ReturnYear, part: str, content: Mapping[str, Any], number: int, by
) -> ReturnForm:
    last = return_forms.entry_of(year)
    if (last.number if last else 0) != number:
        raise NotAllowed(_ENTERED)
    now = {key: dict(value) for key, value in (last.content if last else {}).items()}
    if part == "form":
        now["form"] = dict(content)
    else:
        kind = "checks" if part in return_templates.checks() else "items"
        now[kind] = {**now.get(kind, {}), part: dict(content)}
    entry = ReturnForm(
        year=year.ends_in,
        number=number + 1,
        content=now,
        entered_by=by,
        entered_at=timezone.now(),
    )
    written.save(entry)
    return entry


def _items(year: ReturnYear) -> set[str]:
    template = return_templates.template(year)
    return {item.item for item in (*template.items, *template.child_level)}


def _new(year: ReturnYear, scope: Scope) -> AnnualReturn:
    board = Board.objects.filter(code=scope.board).first() if scope.board else None
    return AnnualReturn(
        year=year.ends_in,
        board=board,
        area=return_keeping.area_of(scope),
        revision=return_keeping.next_revision(year, scope),
    )


def _which(year: ReturnYear, scope: Scope) -> dict[str, Any]:
    return {"year": year.ends_in, "area": return_keeping.area_of(scope)}
