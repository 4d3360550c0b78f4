"""A year's real form, entered over the template: its wording, order, codes, deadline, checks.

An entry holds what differs. What the product counts stays what it is: an entry can reword, reorder
and renumber, write codes as the form does, and leave a table out; it cannot make a figure mean
something else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cdop.rules.annual_return import Coverage, Item, ReturnTemplate

SEVERITIES = ("error", "warning", "off")
COVERAGE = {
    Coverage.ALL: "every completed review",
    Coverage.MODIFIABLE: "completed reviews with modifiable factors only",
}


@dataclass(frozen=True)
class FormDifference:
    """One way in which two years' forms differ."""

    what: str
    one: str
    other: str


def entered(template: ReturnTemplate, entry: Mapping[str, Any], number: int) -> ReturnTemplate:
    """Return the template of a year with what was entered of its form."""
    items = {item.item: item for item in template.items}
    columns = {item.item: item for item in template.child_level}
    said: Mapping[str, Mapping[str, Any]] = entry.get("items", {})
    about = entry.get("form", {})
    labels = {
        **template.labels,
        **{
            item: {code: words for code, _, words in one["codes"]}
            for item, one in said.items()
            if one.get("codes")
        },
    }
    as_on_form = {
        item: {code: written for code, written, _ in one["codes"] if written}
        for item, one in said.items()
        if one.get("codes")
    }
    return replace(
        template,
        items=_ordered(items, said),
        child_level=tuple(
            item for item in _ordered(columns, said) if not said.get(item.item, {}).get("left_out")
        ),
        left_out=frozenset(
            item
            for item, one in said.items()
            if one.get("left_out") and may_be_left_out(items, item)
        ),
        labels=labels,
        as_on_form=as_on_form,
        checks={
            rule: (one["severity"], one["words"]) for rule, one in entry.get("checks", {}).items()
        },
        deadline=about.get("deadline") or template.deadline,
        status=about.get("status") or template.status,
        source=about.get("source") or template.source,
        coverage=Coverage(about.get("coverage") or template.coverage),
        version=f"{template.version}/{number}",
    )


def may_be_left_out(items: Mapping[str, Item], item: str) -> bool:
    """Tell whether a form may do without an item: a table may, a figure others rest on may not."""
    return item in items and bool(items[item].column) and items[item].kind == "table"


def read_codes(
    text: str, known: Mapping[str, str], *, unknown: str = ""
) -> tuple[list[tuple[str, str, str]], list[str]]:
    """Read codes as they were typed, one a line: our code | code on the form | wording.

    Return them in the order typed, and what is wrong, line by line. Every code that is known must
    be there once, because a case may have it.
    """
    codes: list[tuple[str, str, str]] = []
    problems = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        parts = [part.strip() for part in line.split("|")]
        if len(parts) != 3:
            problems.append(
                f"Line {number}: write our code, the form’s code and the wording with | between"
            )
        elif parts[0] not in known:
            problems.append(f"Line {number}: {parts[0][:40]} is not one of our codes")
        elif parts[0] in {code for code, _, _ in codes}:
            problems.append(f"Line {number}: {parts[0]} stands there twice")
        elif not parts[2]:
            problems.append(f"Line {number}: write the wording of {parts[0]}")
        else:
            codes.append((parts[0], parts[1], parts[2]))
    missing = [code for code in known if code not in {one for one, _, _ in codes}]
    if codes and missing and not problems:
        problems.append(f"Write a line for each of our codes: {', '.join(missing)} is missing")
    return codes, problems


def written_codes(codes: Iterable[tuple[str, str, str]]) -> str:
    """Return codes as they are typed: one a line."""
    return "\n".join(" | ".join(code) for code in codes)


def differences(
    one: ReturnTemplate,
    other: ReturnTemplate,
    checks_of_one: Mapping[str, tuple[str, str]],
    checks_of_other: Mapping[str, tuple[str, str]],
) -> list[FormDifference]:
    """Return how two years' forms differ: deadline, questions, order, codes, columns and checks."""
    found = []

    def compare(what: str, here: Any, there: Any) -> None:
        if here != there:
            found.append(FormDifference(what, _words(here), _words(there)))

    compare("Status", one.status, other.status)
    compare("Source", one.source, other.source)
    compare("Deadline", one.deadline, other.deadline)
    compare("Reviews in the child-level form", COVERAGE[one.coverage], COVERAGE[other.coverage])
    compare("Order of the questions", _asked(one), _asked(other))
    compare("Columns of the child-level form", _columns(one), _columns(other))
    compare("Codes of the location", sorted(one.locations), sorted(other.locations))
    for item in dict.fromkeys([each.item for each in (*one.items, *other.items)]):
        here, there = _item(one, item), _item(other, item)
        compare(f"{item}: asked", _is_asked(one, item), _is_asked(other, item))
        compare(f"{item}: wording", here and here.question, there and there.question)
        compare(f"{item}: number on the form", here and here.number, there and there.number)
        compare(f"{item}: codes", one.labels.get(item, {}), other.labels.get(item, {}))
        compare(
            f"{item}: codes as on the form",
            one.as_on_form.get(item, {}),
            other.as_on_form.get(item, {}),
        )
    for column in one.child_level:
        same = next((each for each in other.child_level if each.item == column.item), None)
        if same is not None:
            compare(f"{column.item}: wording", column.question, same.question)
    for rule in dict.fromkeys([*checks_of_one, *checks_of_other]):
        compare(f"Check {rule}", checks_of_one.get(rule), checks_of_other.get(rule))
    return found


def _ordered(items: Mapping[str, Item], said: Mapping[str, Mapping[str, Any]]) -> tuple[Item, ...]:
    """Return the items reworded, in the order that was entered; others keep their place."""
    places = {item: 10 * number for number, item in enumerate(items, 1)}
    reworded = [
        replace(
            item,
            question=said.get(name, {}).get("question") or item.question,
            number=said.get(name, {}).get("number", ""),
            status="CONFIRMED" if said.get(name, {}).get("confirmed") else item.status,
        )
        for name, item in items.items()
    ]
    return tuple(
        sorted(
            reworded,
            key=lambda item: said.get(item.item, {}).get("place") or places[item.item],
        )
    )


def _asked(template: ReturnTemplate) -> list[str]:
    return [item.item for item in template.items if _is_asked(template, item.item)]


def _is_asked(template: ReturnTemplate, item: str) -> bool:
    return _item(template, item) is not None and item not in template.left_out


def _columns(template: ReturnTemplate) -> list[str]:
    return [item.item for item in template.child_level]


def _item(template: ReturnTemplate, name: str) -> Item | None:
    return next((item for item in template.items if item.item == name), None)


def _words(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {words}" for key, words in value.items()) or "as in our list"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value or "nothing")
