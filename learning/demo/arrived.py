"""What reached the learning database by other roads: near misses, a merged theme, proposals.

Everything here waits or was decided as people would have done it, through the actions of the pages.
"""

import datetime

from django.utils import timezone

from casereview.models import LearningPoint
from casereview.records import change
from casereview.rules.access_table import Role
from learning.actions import (
    ThemeFacts,
    Told,
    accept_learning_point,
    add_theme,
    link_learning,
    merge_theme,
    report_near_miss,
)
from learning.demo import cast
from learning.models import Theme

# Days ago, how many, theme, what happened, what stopped it.
_NEAR_MISSES = (
    (430, 3, "button_battery", "Three toddlers were seen within a month with a coin cell in the "
     "mouth.", "Their parents had read about it and came within the hour."),
    (300, 2, "button_battery", "Two remote controls without a screw in the lid were found at a "
     "playgroup.", "Staff check every toy with a battery now."),
    (200, 14, "medication", "Fourteen calls to the poisons line in a quarter were about liquid "
     "medicine measured with a kitchen spoon.", "The pharmacy gives a syringe out with each."),
    (120, 1, "safe_sleep", "A crew that was called for the father found a baby wedged in a sofa.",
     "They moved her, and told the health visitor the same day."),
    (45, 5, "button_battery", "Five children swallowed a battery of a tea light in one month.",
     "All were seen at once: the nursery has the poster."),
)  # fmt: skip
_WAITING = (
    (12, 2, "Two windows on a fourth floor opened wide while small children played there.",
     "The landlord has fitted restrictors."),
    (5, 1, "A repeat prescription gave a child with epilepsy an adult’s strength.",
     "The school nurse read the label."),
)  # fmt: skip


def bring_in() -> None:
    """Report near misses, merge a theme that was coded apart, and link what says the same."""
    lead, nurse = cast.person(Role.LEARNING_LEAD), cast.person(Role.CONTRIBUTOR)
    agency = nurse.agency
    if agency is None:
        raise ValueError("the contributor of the demo belongs to an agency")
    today = timezone.localdate()
    for ago, events, theme, what, stopped in _NEAR_MISSES:
        told = Told(what, theme, why_it_matters=stopped, events=events, kind="near_miss")
        day = today - datetime.timedelta(days=ago)
        point = report_near_miss(by=nurse, agency=agency, happened_on=day, told=told)
        accept_learning_point(point=point, by=lead, told=told)
    for ago, events, what, stopped in _WAITING:
        report_near_miss(
            by=nurse,
            agency=agency,
            happened_on=today - datetime.timedelta(days=ago),
            told=Told(what, why_it_matters=stopped, events=events),
        )
    _merge_a_theme(lead)
    _link_two(lead)


def _merge_a_theme(lead) -> None:
    vaping = add_theme(
        by=lead,
        facts=ThemeFacts(
            name="Vaping",
            covers="E-cigarettes in pregnancy and the home",
            cue_words=("vape", "e-cigarette"),
        ),
    )
    oldest = LearningPoint.objects.filter(
        theme="smoking", state=LearningPoint.State.ACCEPTED, case=None
    ).order_by("learned_on", "reference")[:2]
    for point in oldest:
        with change("accept_learning_point", by=lead) as written:
            point.theme = vaping.code
            written.save(point, subject=True)
    merge_theme(
        theme=vaping,
        into=Theme.objects.get(code="smoking"),
        by=lead,
        reason="Reviewers coded the two alike, and the same services act on both.",
    )


def _link_two(lead) -> None:
    two = LearningPoint.objects.filter(
        theme="safe_sleep", state=LearningPoint.State.ACCEPTED, case=None
    ).order_by("learned_on", "reference")[:2]
    first, second = two
    link_learning(point=first, other=second, kind="alike", by=lead)
