"""A pack as paper: its cases, and the control sheet of what the leak test found."""

import re
from collections.abc import Iterable, Sequence

from django.utils import timezone

from casereview import pdf
from casereview.models import LeakHit, Meeting, Pack
from casereview.pdf import Block, Fact, Heading, NewPage, Points, Words
from cdop.forms.room import in_words
from cdop.pack_content import Content

READ = (
    "People and places have pseudonyms; dates are ages, or the time since the death. Keep these "
    "papers to yourself and destroy them after the meeting."
)
CONTROL = "Control sheet"
_PAGE = re.compile(r"Page [0-9]+")


def title_of(meeting: Meeting) -> str:
    """Return what the papers of a meeting are called."""
    return f"Papers for the panel meeting of {in_words(meeting.held_on)}"


def draw(
    pack: Pack, content: Content, control: Sequence[str], *, reader: str = "", watermark: str = ""
) -> bytes:
    """Return the pack as PDF; of one who opens it, with their name on every page."""
    return pdf.draw(
        _blocks(pack.meeting, content, control),
        title=title_of(pack.meeting),
        footer=footer(pack.meeting, reader),
        watermark=watermark,
    )


def footer(meeting: Meeting, reader: str = "") -> str:
    """Return what stands at the foot of every page."""
    words = f"OFFICIAL-SENSITIVE – {title_of(meeting)}"
    return f"{words} – {reader}" if reader else words


def text_of(pages: Iterable[str], meeting: Meeting) -> str:
    """Return the text of a drawn pack as one, without the foot of each page between."""
    foot = " ".join(footer(meeting).split())
    found = [foot]
    for page in pages:
        lines = [
            line
            for line in page.splitlines()
            if " ".join(line.split()) != foot and not _PAGE.fullmatch(line.strip())
        ]
        found.append("\n".join(lines))
    return "\n".join(found)


def _blocks(meeting: Meeting, content: Content, control: Sequence[str]) -> Iterable[Block]:
    yield Heading(title_of(meeting))
    yield Words(meeting.panel.name)
    yield Words(READ)
    yield Points(tuple(section.reference for section in content.sections))
    for section in content.sections:
        yield NewPage()
        yield Heading(section.reference)
        for line in section.lines:
            if line.level:
                yield Heading(line.label, line.level)
            else:
                yield Fact(line.label, line.text, line.points)
    yield NewPage()
    yield Heading(CONTROL)
    yield Words(
        "Before these papers were issued they were searched for every known name, date, number, "
        "address and place of the people of each case. This is what was found and decided."
    )
    yield Points(tuple(control) or ("Nothing was found.",))


def control_lines(hits: Iterable[LeakHit]) -> list[str]:
    """Return what was decided of each word, each decision once; a word replaced is not named."""
    lines: dict[str, None] = {}
    replaced: dict[str, int] = {}
    for one in hits:
        if one.answer in (LeakHit.Answer.REPLACE, LeakHit.Answer.REPLACE_ALL):
            replaced[one.case.reference] = replaced.get(one.case.reference, 0) + 1
        elif one.answer == LeakHit.Answer.NOT_THIS_PERSON:
            on = in_words(timezone.localtime(one.answered_at).date()) if one.answered_at else ""
            by = f"{one.answered_by}, {on}"
            by += f"; agreed by {one.agreed_by}" if one.agreed_by else ""
            word = f"{one.case.reference}: “{one.word}” is not a person of the case"
            lines[f"{word}: {one.reason} ({by})"] = None
    counts = [
        f"{reference}: {number} place{'' if number == 1 else 's'} replaced"
        for reference, number in sorted(replaced.items())
    ]
    return [*counts, *lines]
