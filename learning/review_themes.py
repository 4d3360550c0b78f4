"""The themes of serious case reviews beside those of the panel: one list, with a crosswalk."""

from dataclasses import dataclass

from casereview.codelists import Code, load_named
from learning.models import Theme


def known_review_themes() -> dict[str, Code]:
    """Return the themes and sub-themes of reviews by their code: T01, T01.01."""
    return {code.code: code for code in load_named("scr", "themes").codes}


@dataclass(frozen=True)
class Crossed:
    """One theme of reviews, and the theme of the list that stands for it; None: none does.

    `by_its_whole` says that only the theme it belongs to was crossed.
    """

    code: str
    label: str
    definition: str
    status: str
    theme: Theme | None
    by_its_whole: bool

    @property
    def part(self) -> bool:
        """Whether it is a sub-theme."""
        return "." in self.code


def crosswalk() -> list[Crossed]:
    """Return the themes of reviews in order, each with the theme that stands for it."""
    themes = {
        code: theme for theme in Theme.objects.order_by("name") for code in theme.review_themes
    }
    found = []
    for code in known_review_themes().values():
        own = themes.get(code.code)
        whole = themes.get(str(code.extra.get("theme", "")))
        found.append(
            Crossed(code.code, code.label, code.definition, code.status, own or whole, own is None)
        )
    return found


def theme_for(review_theme: str) -> str:
    """Return the code of the theme that stands for a theme of reviews; blank where none does."""
    wanted = review_theme.upper()
    found = next((one for one in crosswalk() if one.code == wanted), None)
    return found.theme.code if found and found.theme else ""
