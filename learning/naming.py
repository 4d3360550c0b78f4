"""No text about a theme names anybody of the cases it was learned from."""

from collections.abc import Iterable

from django.db.models import Q

from casereview import keys
from casereview.actions import NotAllowed
from casereview.models import Case, LearningPoint, Panel
from casereview.pseudonyms import known_of
from casereview.rules.leak_test import Hit
from learning.counted_as import counted_as, themes_of
from learning.models import Theme
from learning.panels import boards_of


def cases_behind(theme: Theme) -> list[Case]:
    """Return the cases of the learning that counts for a theme, as main or as another.

    What was coded with a theme that was merged into it counts for it.
    """
    rows = (
        LearningPoint.objects.filter(case__isnull=False, case__disposed_at=None)
        .exclude(state=LearningPoint.State.SET_ASIDE)
        .values_list("case__merged_into", "case", "theme", "other_themes")
    )
    now = counted_as()
    wanted = now.get(theme.code, theme.code)
    found = {
        into or case for into, case, main, others in rows if wanted in themes_of(main, others, now)
    }
    return list(Case.objects.filter(pk__in=found).order_by("reference"))


def cases_of(panel: Panel) -> list[Case]:
    """Return the cases of a panel's boards from which something was learned."""
    points = LearningPoint.objects.filter(case__isnull=False, case__disposed_at=None).exclude(
        state=LearningPoint.State.SET_ASIDE
    )
    boards = boards_of(panel)
    rows = points.filter(
        Q(board__in=boards) | Q(case__residence_board__in=boards) | Q(case__panel=panel)
    ).values_list("case__merged_into", "case")
    return list(Case.objects.filter(pk__in={into or case for into, case in rows}))


def places(theme: Theme | None, *texts: str) -> list[Hit]:
    """Return every place of some texts that surely tells who somebody behind a theme is."""
    told = [text for text in texts if text and text.strip()]
    if theme is None or not told:
        return []
    return places_in(cases_behind(theme), *told)


def places_in(cases: Iterable[Case], *told: str) -> list[Hit]:
    """Return every place of some texts that surely tells who somebody of some cases is."""
    found, cases = [], list(cases)
    keys.prefetch("case", [one.pk for one in cases])
    for case in cases:
        test = known_of(case).pseudonyms().test
        found += [hit for text in told for hit in test.hits(text) if hit.certain]
    return found


def refuse_names(theme: Theme | None, *texts: str) -> None:
    """Refuse texts that name somebody of a case behind a theme.

    Raises:
        NotAllowed: they do; how often is said, not which word.
    """
    _refuse(places(theme, *texts))


def refuse_names_of(cases: Iterable[Case], *texts: str) -> None:
    """Refuse texts that name somebody of some cases; raises alike."""
    told = [text for text in texts if text and text.strip()]
    _refuse(places_in(cases, *told) if told else [])


def _refuse(found: list[Hit]) -> None:
    if found:
        words = "1 place tells" if len(found) == 1 else f"{len(found)} places tell"
        raise NotAllowed(f"Take out what names somebody: {words} who somebody of a case is")
