"""The one plug-in pattern: pages that gather from all apps read these lists.

An app adds a function to a list in its `AppConfig.ready()`. Each function asks the door itself
(`access.visible_to`, `access.can`), and asks the database a constant number of times.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Together:
    """How things of one kind are done at once: the words, and the page that lists exactly these."""

    task: str  # holds {count}, the sum of what each stands for: "Chase {count} agencies"
    url: str
    count: int = 1  # how many lines of that page this one thing stands for


@dataclass(frozen=True)
class WorkItem:
    """One thing somebody has to do: a line of *Your work*."""

    key: str  # stable within a day, for example "expectedness CD-2015-0007"
    task: str  # what to do, in words: "Confirm whether the death was expected"
    url: str
    reference: str = ""
    due_on: date | None = None
    why: str = ""
    urgent: bool = False  # above everything else, whatever its date
    waiting_for: str = ""  # set: somebody else's turn
    together: Together | None = None  # set: several are one line, which leads there


@dataclass(frozen=True)
class NextStep:
    """The one next thing to do on a case. The highest `weight` wins."""

    weight: int
    title: str
    why: str
    url: str
    button: str
    due_on: date | None = None


@dataclass(frozen=True)
class TimelineEntry:
    """Something that happened on a case."""

    on: date
    title: str
    by: str = ""
    at: datetime | None = None
    detail: str = ""
    url: str = ""


@dataclass(frozen=True)
class CasePage:
    """A page of a case, in its sub-navigation for those who may open it."""

    label: str
    url_name: str  # takes the case's reference
    action: str
    place: int = 50
    main: bool = False  # among those most used; the others stand under *More about this case*


@dataclass(frozen=True)
class Question:
    """Something about a case that is not known yet and is to be asked."""

    text: str  # "Ethnic group", "Who is the consultant"
    url: str = ""  # where the answer is entered


@dataclass(frozen=True)
class Grouping:
    """A way to sort cases into a few groups, such as neonatal, expected and unexpected."""

    label: str
    choices: Callable[[], list[tuple[str, str]]]
    of_cases: Callable[[list[Any]], dict[Any, str]]  # keys of cases -> code; absent: not known
    having: Callable[[str], Any]  # code -> queryset of the keys of its cases


@dataclass(frozen=True)
class PanelTheme:
    """A theme a panel meeting may have, and the cases that belong to it."""

    code: str
    label: str
    cases: Callable[[], Any]  # a queryset of the keys of its cases


@dataclass(frozen=True)
class Origin:
    """What an action comes from: said without a case, and a link for who may open it."""

    label: str
    url: str = ""


@dataclass(frozen=True)
class ActionSource:
    """Actions an app knows the board of: which a reader may see, and where they come from.

    `of_boards` returns a condition on actions, given the reader and the keys of the boards whose
    actions they may see; None is every board. The condition keeps out what rests on a case from
    which the reader has withdrawn. `origins` are by key of the action.
    """

    of_boards: Callable[[Any, Any], Any]
    origins: Callable[[Any, list[Any]], dict[Any, Origin]]
    # How many places of a text about an action tell who somebody is.
    names_in: Callable[[Any, str], int]


@dataclass(frozen=True)
class ApiEndpoint:
    """Something that programs may read: the page whose row of the access table guards it.

    `read` is given the request, the case where it is `of_one_case`, and what its annotations ask
    for; it returns something of the shape `answer`, or None where there is nothing for the reader.
    """

    path: str
    name: str
    action: str
    summary: str
    read: Callable[..., Any]
    answer: Any
    of_one_case: bool = False


def tell_timeline(code: str, label: str, tell: Callable[[Any, Any], list[TimelineEntry]]) -> None:
    """Add what an app tells of a case to its timeline, under one kind."""
    timeline.append(tell)
    timeline_kinds[tell] = (code, label)


work_items: list[Callable[[Any, date], list[WorkItem]]] = []
next_steps: list[Callable[[Any, Any], list[NextStep]]] = []
timeline: list[Callable[[Any, Any], list[TimelineEntry]]] = []
# What the entries of each of those functions are about, as (code, label), to narrow a timeline by.
timeline_kinds: dict[Callable[[Any, Any], list[TimelineEntry]], tuple[str, str]] = {}
# Names of the steps of a case that have begun, though its stage does not say so yet.
begun_steps: list[Callable[[Any], list[str]]] = []
case_pages: list[CasePage] = []
questions: list[Callable[[Any, Any], list[Question]]] = []
groupings: list[Grouping] = []
# Themes of learning that may be given on a day, as (code, name): the app that owns them says.
themes: list[Callable[[date], list[tuple[str, str]]]] = []
# What still keeps cases from the panel: keys of cases -> what is missing, in words.
readiness: list[Callable[[list[Any]], dict[Any, list[str]]]] = []
panel_themes: list[PanelTheme] = []
# What keeps a case from being closed, in words: one line for each thing to settle first.
closing_checks: list[Callable[[Any], list[str]]] = []
# The day on which the review of a case was completed; None is not yet.
completions: list[Callable[[Any], date | None]] = []
# What was decided about a case, in plain paragraphs for the family; nothing before it is.
family_letter: list[Callable[[Any], list[str]]] = []
# What a document about the case must never hold: names, dates, numbers of everyone in it.
identifiers: list[Callable[[Any], list[str]]] = []
# People, places and bodies of a case that an app knows of, as casereview.pseudonyms.Entity.
entities: list[Callable[[Any], list[Any]]] = []
# What disposing of a case takes with it, beside the rows sealed under its key.
disposables: list[Callable[[Any], int]] = []
# What speaks of a case among others and is not destroyed with it: a line for each.
left_behind: list[Callable[[Any], list[str]]] = []
# Papers that speak of several cases and have a key of their own, as casereview.joint_papers.Joint,
# by what they are called in addresses and on record.
joint_papers: dict[str, Any] = {}
# Proposals of an app's own, by row: proposals -> what each is about, and the facts to judge it by.
proposals: dict[str, Callable[[list[Any]], dict[Any, tuple[str, list[tuple[str, str]]]]]] = {}
# What is done whenever it is due, by name: each is asked every minute, does a thing once, and
# says how many there were.
chores: dict[str, Callable[[datetime], int]] = {}
# Whether the serious case review group keeps its own records of a case: then nobody sets its state
# by hand.
kept_by_group: list[Callable[[Any], bool]] = []
# Where actions come from that are not of one case.
action_sources: list[ActionSource] = []
# What lets a person in or waits for them, as casereview.leaving.Grant: it ends when they leave.
grants: list[Any] = []
# What programs may read, in the order of the description.
api: list[ApiEndpoint] = []
# What happens as soon as a second person agrees, by row of the access table; others are done later
# and use the agreement up. Each is given the change that is open and the agreement.
done_when_agreed: dict[str, Callable[[Any, Any], None]] = {}
# What the codes of a case say that its reader may want to know first, such as "category:2"; never a
# text. The list of notices says which of them call for one.
narrative_facts: list[Callable[[Any], set[str]]] = []
