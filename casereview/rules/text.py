"""What people may type: one form of Unicode, and nothing that a reader cannot see."""

import unicodedata

# They reorder the text around them, so that a page or a printed form shows other words than the
# record holds.
_DIRECTION_CONTROLS = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_LINE_ENDS = str.maketrans({"\r": "\n", "\u2028": "\n", "\u2029": "\n"})


class UnacceptableText(ValueError):
    """A character is not accepted; the message gives its place, never the text."""


def normalise_text(value: str) -> str:
    """Return the text in Unicode form NFC, with line feeds as line ends and no space around it.

    Raises:
        UnacceptableText: it holds a control character other than a line end or a tab, half of a
            surrogate pair, a code that Unicode reserves as no character, or a control of writing
            direction.
    """
    if value.isascii() and value.isprintable():
        return value.strip()
    lines = value.replace("\r\n", "\n").translate(_LINE_ENDS)
    for position, character in enumerate(lines):
        if problem := _problem(character):
            raise UnacceptableText(f"Remove the {problem} {_place(lines, position)}")
    return unicodedata.normalize("NFC", lines).strip()


def normalise_line(value: str) -> str:
    """Return the text as `normalise_text` does, for text that must fit on one line.

    Raises:
        UnacceptableText: as `normalise_text`, or there is a line end or a tab inside the text.
    """
    line = normalise_text(value)
    if "\n" in line:
        raise UnacceptableText("Put the text on one line")
    if "\t" in line:
        raise UnacceptableText(f"Replace the tab with a space {_place(line, line.index(chr(9)))}")
    return line


def _problem(character: str) -> str:
    """Name what is wrong with the character; nothing wrong is the empty string."""
    code = ord(character)
    category = unicodedata.category(character)
    if category == "Cc" and character not in "\n\t":
        return "hidden control character"
    if category == "Cs":
        return "broken character"
    if code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF:
        return "broken character"
    if character in _DIRECTION_CONTROLS:
        return "hidden text direction mark"
    return ""


def _place(text: str, position: int) -> str:
    line = text.count("\n", 0, position) + 1
    column = position - (text.rfind("\n", 0, position) + 1) + 1
    return f"at character {column}" + (f" of line {line}" if "\n" in text else "")
