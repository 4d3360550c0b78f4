"""Finding cases that may be the same death or the same family; a person decides on each."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from casereview import access, keys
from casereview.actions import NotAllowed
from casereview.identity import address_index, nhs_number_index, work_out_person
from casereview.models import Case, CaseMatch, Child, FamilyLink, Person
from casereview.records import Change, change
from cdop.rules.matching import NEAR_DAYS, ChildFacts, same_death

Kind, Grounds = CaseMatch.Kind, CaseMatch.Grounds
_PARENTS = (
    FamilyLink.Relation.MOTHER,
    FamilyLink.Relation.FATHER,
    FamilyLink.Relation.CARER,
)
MERGE, LINK, SET_APART = "merge", "linked", "set_apart"


@dataclass(frozen=True)
class Found:
    """Another case, and why it may belong with this one."""

    case: Case
    kind: str
    grounds: str

    @property
    def words(self) -> str:
        return str(Grounds(self.grounds).label)

    @property
    def held_by(self) -> str:
        return holder(self.case)


def holder(case: Case) -> str:
    """Name the panel or board that holds a case, and nothing else of it."""
    if case.kind == Case.Kind.SERIOUS_HARM:
        return "a serious case review group"
    if case.panel is not None:
        return case.panel.name
    return case.reviewing_board.name if case.reviewing_board is not None else "another panel"


def find_matches(
    child: Child,
    people: Iterable[tuple[str, Person]],
    died_on: datetime.date | None,
    but_not: Case | None = None,
) -> list[Found]:
    """Return the cases of all panels that may be this death, or of this family.

    `people` are the family with their relation; child and people have their blind indexes. A
    case that may be the same death is not told again as the same family.
    """
    found: dict[Case, Found] = {}

    def add(cases: Iterable[Case], kind: str, grounds: str) -> None:
        for case in cases:
            standing = case.merged_into or case
            if standing != but_not and standing not in found:
                found[standing] = Found(standing, kind, grounds)

    if child.nhs_number_index:
        same = Child.objects.filter(nhs_number_index=child.nhs_number_index)
        add(_cases(same), Kind.DUPLICATE, Grounds.NHS_NUMBER)
    add(_same_name(child, died_on, but_not), Kind.DUPLICATE, Grounds.NAME_AND_DATES)

    parents = [(relation, person) for relation, person in people if relation in _PARENTS]
    if numbers := [person.nhs_number_index for _, person in parents if person.nhs_number_index]:
        links = FamilyLink.objects.filter(person__nhs_number_index__in=numbers)
        add(_cases_of(links), Kind.FAMILY, Grounds.CARER_NHS_NUMBER)
    mothers = [person for relation, person in parents if relation == FamilyLink.Relation.MOTHER]
    if names := [one.name_and_birth_index for one in mothers if one.name_and_birth_index]:
        links = FamilyLink.objects.filter(
            person__name_and_birth_index__in=names, relation=FamilyLink.Relation.MOTHER
        )
        add(_cases_of(links), Kind.FAMILY, Grounds.MOTHER_NAME_AND_BIRTH)
    homes = {child.address_index, *(person.address_index for _, person in parents)} - {None}
    if homes:
        add(_cases(Child.objects.filter(address_index__in=homes)), Kind.FAMILY, Grounds.ADDRESS)
        links = FamilyLink.objects.filter(person__address_index__in=homes, relation__in=_PARENTS)
        add(_cases_of(links), Kind.FAMILY, Grounds.ADDRESS)
    return list(found.values())


def unsaved(said) -> tuple[Child, list[tuple[str, Person]]]:
    """Return child and people as they would be saved, for looking for matches beforehand."""
    child = Child(**{name: value for name, value in said.child.items() if value not in ("", None)})
    child.nhs_number_index = nhs_number_index(child.nhs_number)
    child.address_index = address_index(child.address, child.postcode)
    people = []
    for row in said.people:
        facts = {name: value for name, value in row.items() if value and name != "relation"}
        person = Person(**facts)
        work_out_person(person)
        people.append((row["relation"], person))
    return child, people


_LINKS = ("case__panel", "case__reviewing_board", "case__merged_into__panel")


def _cases(children) -> list[Case]:
    rows = children.filter(case__disposed_at=None).select_related(*_LINKS)
    return [row.case for row in rows.order_by("case__reference")]


def _cases_of(links) -> list[Case]:
    rows = links.filter(case__disposed_at=None).select_related(*_LINKS)
    return [row.case for row in rows.order_by("case__reference")]


def _same_name(child: Child, died_on: datetime.date | None, but_not: Case | None) -> Iterable[Case]:
    if died_on is None:
        return []
    days = datetime.timedelta(days=NEAR_DAYS)
    near = (
        Child.objects.filter(
            case__died_on__range=(died_on - days, died_on + days), case__disposed_at=None
        )
        .exclude(case=but_not)
        .select_related(*_LINKS)
        .order_by("case__reference")
    )
    rows = list(near)
    keys.prefetch("case", [row.case_id for row in rows])
    ours = _facts(child, died_on)
    return [row.case for row in rows if same_death(ours, _facts(row, row.case.died_on))]


def _facts(child: Child, died_on: datetime.date | None) -> ChildFacts:
    return ChildFacts(
        given_names=child.given_names or "",
        family_name=child.family_name or "",
        other_names=child.other_names or "",
        mother_family_name=child.mother_family_name or "",
        born_on=child.born_on,
        died_on=died_on,
        birth_order=child.birth_order,
    )


def record_matches(written: Change, case: Case, found: Sequence[Found]) -> None:
    """Record what was found for a case; each waits for a person's decision."""
    for one in found:
        written.save(
            CaseMatch(
                case=case,
                other_case=one.case,
                kind=one.kind,
                grounds=one.grounds,
                found_at=timezone.now(),
            )
        )
    written.detail["matches"] = len(found)


def match_again(written: Change, case: Case) -> None:
    """Look again after something was learned of a case; what was found before stays decided."""
    links = FamilyLink.objects.filter(case=case).select_related("person")
    people = [(str(link.relation), link.person) for link in links]
    child = Child.objects.get(case=case)
    known = {(one.case_id, one.other_case_id, one.kind) for one in matches_of(case)}
    pairs = {(frozenset((one, other)), kind) for one, other, kind in known}
    found = find_matches(child, people, case.died_on, but_not=case)
    kinds = {one for one, _ in pairs}
    new = [
        one
        for one in found
        if (frozenset((case.pk, one.case.pk)), one.kind) not in pairs
        # What is known as one death, or was told apart, is not told again as one family.
        and not (one.kind == Kind.FAMILY and frozenset((case.pk, one.case.pk)) in kinds)
    ]
    record_matches(written, case, new)


def matches_of(case: Case):
    """Return the matches of a case, whichever of the two was notified later."""
    return (
        CaseMatch.objects.filter(Q(case=case) | Q(other_case=case))
        .select_related(
            "case__panel",
            "case__reviewing_board",
            "other_case__panel",
            "other_case__reviewing_board",
            "decided_by",
        )
        .order_by("found_at", "id")
    )


def decide_match(*, case: Case, match: CaseMatch, decision: str, reason: str, by) -> CaseMatch:
    """Link two cases, set them apart, or merge two notifications of one death, with the reason.

    Merging points the case opened later at the earlier one; nothing is moved, and setting apart
    clears the pointer again.

    Raises:
        NotAllowed: no reason; merging or undoing a merger where the other case may not be seen;
            or merging where it is no duplicate, or where the later case was reviewed.
    """
    if not reason.strip():
        raise NotAllowed("Enter the reason for the decision")
    first, second = sorted(
        (match.case, match.other_case), key=lambda one: (one.opened_at, one.reference)
    )
    with change("decide_match", by=by, case=case) as written:
        if decision == MERGE:
            if match.kind != Kind.DUPLICATE:
                raise NotAllowed("Link the two cases: only the same death is merged")
            if not all(access.can(by, "decide_match", one) for one in (first, second)):
                raise NotAllowed("Ask the manager who holds the other case before merging")
            merge(written, second=second, into=first)
        elif second.merged_into_id == first.pk:
            if not all(access.can(by, "decide_match", one) for one in (first, second)):
                raise NotAllowed("Ask the manager who holds the other case before setting apart")
            _take_apart(written, second)
        match.decision = (
            CaseMatch.Decision.SET_APART if decision == SET_APART else (CaseMatch.Decision.LINKED)
        )
        match.reason = reason
        match.decided_by, match.decided_at = by, timezone.now()
        written.detail.update(decision=decision, kind=match.kind)
        written.save(match, subject=True)
    return match


def merge(written: Change, *, second: Case, into: Case) -> None:
    """Point the second case at the one it is merged into; see `decide_match`.

    Raises:
        NotAllowed: the second case was reviewed, or other cases are merged into it.
    """
    standing = into.merged_into or into
    if standing == second or Case.objects.filter(merged_into=second).exists():
        raise NotAllowed(f"Set apart what is merged into {second.reference} first")
    if second.stage == Case.Stage.REVIEWED:
        raise NotAllowed(f"{second.reference} has a completed review and is not merged")
    second.merged_into, second.stage = standing, Case.Stage.MERGED
    written.save(second)
    written.detail["merged_into"] = standing.reference


def say_merged(written: Change, case: Case) -> None:
    """Record that the match of a case just merged was decided by who merged it."""
    match = CaseMatch.objects.get(
        case=case, other_case=case.merged_into, kind=Kind.DUPLICATE, decision=""
    )
    match.decision = CaseMatch.Decision.LINKED
    match.decided_by, match.decided_at = written.by, timezone.now()
    written.save(match)


def _take_apart(written: Change, case: Case) -> None:
    before = (
        case.history.exclude(stage=Case.Stage.MERGED)
        .order_by("-version")
        .values_list("stage", flat=True)
        .first()
    )
    case.merged_into, case.stage = None, before or Case.Stage.NOTIFIED
    written.save(case)
