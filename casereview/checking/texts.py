"""Plain text: words and line ends, and nothing that a program would run or draw."""

import re
import unicodedata

# What a browser, an office program or a shell would take for its own, however the file is named.
_NOT_PLAIN = re.compile(
    rb"\s*(?:<\s*(?:!doctype|!--|\?xml|html|head|body|script|svg|iframe|style|meta|title|a\s|img)"
    rb"|\{\\rtf|#!|mime-version:|\[internetshortcut\]|%!ps)",
    re.IGNORECASE,
)
_LINE_ENDS = frozenset("\t\n\r\f")


def is_text(content: bytes) -> bool:
    """Say whether the file is plain text in UTF-8 or Windows-1252."""
    if _NOT_PLAIN.match(content.removeprefix(b"\xef\xbb\xbf")[:4096]):
        return False
    if content.startswith((b"MZ", b"\x7fELF")):
        return False
    text = decoded(content)
    return text is not None and all(
        one in _LINE_ENDS or unicodedata.category(one) not in ("Cc", "Cs", "Cn", "Co")
        for one in set(text)
    )


def decoded(content: bytes) -> str | None:
    """Return the text of the bytes; None is neither encoding."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
