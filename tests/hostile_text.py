"""Text that tries to act where it is drawn, and the same as a paper shows it."""

import html

from casereview import pdf

CORPUS = (
    "<img src=x onerror=evil()>",
    "<script>app.alert(1)</script>",
    '<a href="http://127.0.0.1:9/x">press</a>',
    "<link href='javascript:evil()'>l</link>",
    "<para><onDraw name='x' label='y'/></para>",
    "<b>not closed &unknown; ]]>",
    "/OpenAction << /S /JavaScript /JS (evil) >>",
    "(\\) /URI (http://127.0.0.1:9)",
    "𝕳𝖊𝖑𝖑𝖔 ﬁ ½ Łukasz",  # what the field itself refuses is tried on the fields
    "{{ 7*7 }}{% debug %}",
    "=HYPERLINK(1)",
)
HOSTILE = " ".join(CORPUS)


def drawn(text: str) -> str:
    """Return a text as it is drawn, without a space."""
    return "".join(html.unescape(pdf.esc(text)).split())
