"""An annual report as it is read: its parts in order, with figures, facts and what was written.

The whole report is the panel's. A version for the board or for everybody holds only figures that
went through the gate, and is kept as it was given.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Q

from casereview import keys, releases
from casereview.codelists import Code, load_named
from casereview.models import Case
from casereview.pseudonyms import known_of
from casereview.releases import Audience
from casereview.rules.release_gate import Settled
from casereview.rules.return_year import ReturnYear
from cdop import statistics
from cdop.rules.statistics_tables import reviewed_in
from learning import report_facts, report_figures
from learning.models import AnnualReport, ReportVersion
from learning.report_figures import About
from scr.rules.register import YearRecord

SMALL_NUMBERS = (
    "Small numbers are not given, and neither is any number from which one could be worked out. "
    "Somebody who knows one of the children already may still learn something from these figures. "
    "With few deaths a year, numbers rise and fall by chance: a fall is not a success by itself."
)


def parts(document: str = ReportVersion.Document.REPORT) -> list[Code]:
    """Return the parts of a document in order."""
    return [
        code
        for code in load_named("learning", "annual_report").codes
        if document in code.extra["documents"]
    ]


def part(code: str) -> Code | None:
    """Return a part by its code; None where there is none."""
    return load_named("learning", "annual_report").get(code)


def about(report: AnnualReport) -> About:
    """Return whose report it is."""
    return report_figures.about(report.panel, ReturnYear(report.year))


def whole(report: AnnualReport, user, today: date) -> dict[str, Any]:
    """Return the report as the panel reads it, with whole figures."""
    of = about(report)
    serious = report_figures.serious_cases(of, today)
    settled = releases.preview(report_figures.tables(of, Audience.PANEL, serious), Audience.PANEL)
    document = ReportVersion.Document.REPORT
    return content(report, of, document, Audience.PANEL, settled, serious, user, today)


def content(
    report: AnnualReport,
    of: About,
    document: str,
    audience: Audience,
    settled: Settled,
    serious: YearRecord | None,
    user,
    today: date,
) -> dict[str, Any]:
    """Return a document for an audience from figures that may be given to it, ready to be kept."""
    drawn = report_figures.drawn(settled)
    facts = report_facts.facts(of, user, today, serious)
    if audience == Audience.PANEL:
        year = of.asked(1, audience)
        reviewed = reviewed_in(statistics.deaths_of(year), year.cover)
        facts["not_known"] = report_facts.not_known(reviewed)
    texts: Mapping[str, str] = report.texts or {}
    return {
        "title": ReportVersion.Document(document).label,
        "panel": report.panel.name,
        "year": of.year.slug,
        "boards": [name for _, name in of.boards],
        "as_at": today.isoformat(),
        "legend": settled.profile.legend,
        "small_numbers": SMALL_NUMBERS if settled.profile.hides else "",
        "joined": settled.joined,
        "totals_only": settled.totals_only,
        "sections": [
            {
                "code": code.code,
                "title": code.label,
                "text": texts.get(code.code, ""),
                "facts": [one for name in code.extra["figures"] for one in facts.get(name, [])],
                "tables": [
                    drawn[key]
                    for name in code.extra["figures"]
                    for key in (name, f"{name}_considered")
                    if key in drawn
                ],
            }
            for code in parts(document)
        ],
    }


def unwritten(report: AnnualReport) -> list[Code]:
    """Return the parts in which nothing is written yet."""
    texts = report.texts or {}
    return [code for code in parts() if not texts.get(code.code, "").strip()]


def names_in(report: AnnualReport) -> dict[str, int]:
    """Return by part in how many places its text tells surely who somebody is.

    Looked for are the people of every case of the panel's boards that was reviewed, or considered
    by a serious case review group, in the year.
    """
    texts = {code: text for code, text in (report.texts or {}).items() if text.strip()}
    found: dict[str, int] = {}
    if not texts:
        return found
    cases = list(_cases_behind(report))
    keys.prefetch("case", [one.pk for one in cases])
    for case in cases:
        test = known_of(case).pseudonyms().test
        for code, text in texts.items():
            places = sum(hit.certain for hit in test.hits(text))
            if places:
                found[code] = found.get(code, 0) + places
    return found


def _cases_behind(report: AnnualReport):
    of = about(report)
    days = (of.year.first_day, of.year.last_day)
    return Case.objects.filter(
        Q(residence_board__code__in=of.codes) | Q(reviewing_board__code__in=of.codes),
        Q(panel_review__first_completed_on__range=days)
        | Q(died_on__range=days)
        | Q(notified_on__range=days),
        disposed_at=None,
        merged_into=None,
    ).distinct()
