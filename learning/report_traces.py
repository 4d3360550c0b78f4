"""Where each figure of an annual report comes from: the pages on which it can be followed."""

from django.urls import reverse

from casereview import access
from casereview.codelists import load_named
from learning.models import AnnualReport

Trace = tuple[str, str, str, str]  # words, name of the address, row of the access table, query
STATISTICS = (
    "Statistics of the year",
    "cdop:work_out_statistics",
    "work_out_statistics",
    "?year={year}&years=1&for=panel",
)
# In the return each figure opens to its cases, for those who may open them.
RETURN = ("Return of the year, figure by figure", "cdop:view_return", "view_return", "")
_REVIEWS = (STATISTICS, RETURN)
TRACES: dict[str, tuple[Trace, ...]] = {
    "attendance": (("Meetings and who came", "list_meetings", "list_meetings", ""),),
    **dict.fromkeys(
        (
            "group",
            "category",
            "age",
            "sex",
            "ethnicity",
            "location",
            "deprivation",
            "notified",
            "duration",
            "not_known",
        ),
        _REVIEWS,
    ),
    "deaths": (
        (
            "Statistics of five years",
            "cdop:work_out_statistics",
            "work_out_statistics",
            "?year={year}&years=5&for=panel",
        ),
    ),
    "themes": (("Themes and what was learned", "learning:list_themes", "list_themes", ""),),
    **dict.fromkeys(
        ("priorities", "next_priorities"),
        (("Signals and priorities", "learning:view_signals", "view_signals", ""),),
    ),
    "actions": (("Actions", "list_actions", "list_actions", ""),),
    "notices": (("Who was told", "learning:list_notices", "list_notices", ""),),
    "serious_cases": (("Decisions register", "scr:view_scr_register", "view_scr_register", ""),),
    "audits": (("Audit programme", "scr:list_audits", "list_audits", ""),),
}


def traces(user, report: AnnualReport) -> dict[str, list[dict[str, str]]]:
    """Return by part of a report the pages that a person may follow its figures on."""
    found: dict[str, list[dict[str, str]]] = {}
    for code in load_named("learning", "annual_report").codes:
        links: dict[str, dict[str, str]] = {}
        for figure in code.extra["figures"]:
            for words, name, row, query in TRACES[figure]:
                if access.can(user, row):
                    where = [report.year] if name == RETURN[1] else []
                    url = reverse(name, args=where) + query.format(year=report.year)
                    links.setdefault(words, {"label": words, "url": url})
        found[code.code] = list(links.values())
    return found
