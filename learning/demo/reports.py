"""The annual report on the fictional year, agreed; the version for everybody is being made."""

from django.utils import timezone

from casereview.models import Panel
from casereview.rules.access_table import Role
from learning.actions.annual_reports import (
    agree_annual_report,
    begin_annual_report,
    give_report_out,
    write_report_part,
)
from learning.demo import cast

YEAR = 2015
TEXTS = {
    "foreword": "This is the panel’s report on a year in which we reviewed more deaths than in the "
    "year before. Behind each number is a child and a family. We thank those who told us what they "
    "knew, and the families who asked us the questions we had not thought of.",
    "remit": "The panel reviews the death of every child who lives in the city, the county or "
    "Rutland. It met nine times. Education joined as a full member in the autumn.",
    "reviews": "About a third of the reviews found something that could have been different. "
    "Numbers in single groups are small; a change from one year to the next is mostly chance.",
    "timeliness": "Reviews that waited for an inquest took longest. From this year the panel "
    "reads what is known while the inquest goes on and returns to the case after it.",
    "five_years": "Unsafe sleeping arrangements are seen more often than before, by the rule we "
    "use. Other themes moved within what chance explains.",
    "priorities": "Two campaigns were run: on safer sleep with health visitors and midwives, and "
    "on button batteries with trading standards and the emergency departments.",
    "next_year": "We keep safer sleep, and look at how calls for help in other languages are "
    "answered.",
    "actions": "Most actions are leaflets and training, which are the weaker kind. We asked each "
    "owner what would make the action stronger.",
    "shared": "We wrote to the national body for ambulance services about calls in other "
    "languages, and to the product safety body about button batteries.",
    "families": "Every family was offered a key worker. Families told us that they heard of the "
    "review late, and from a letter. They are now told in person first.",
    "serious_cases": "The serious case review group looked at each case that was referred, "
    "whatever its outcome. What was learned is in the learning database, without the child.",
    "arrangements": "The panel met its quorum and the agencies came. Reports from agencies were "
    "late too often, and we changed how we chase them.",
    "data_quality": "Ethnic group and the place of the event are missing in some records. The "
    "form now asks for them first.",
}


def bring_in() -> None:
    """Write the report, agree it, and ask for the version for everybody."""
    lead = cast.person(Role.LEARNING_LEAD)
    panel = Panel.objects.get(code=cast.PANEL)
    report = begin_annual_report(panel=panel, year=YEAR, by=lead, today=timezone.localdate())
    for code, text in TEXTS.items():
        write_report_part(report=report, code=code, text=text, by=lead)
    agree_annual_report(report=report, by=cast.person(Role.PANEL_CHAIR))
    give_report_out(report=report, document="report", audience="public", by=lead)
