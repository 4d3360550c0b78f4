"""One priority: why it is one, what would be seen, the chain of evidence, work and notices."""

from datetime import date
from typing import Any

from casereview import keys
from casereview.action_plan import loaded, opened, planned
from casereview.models import Action, EffectReview, Recommendation
from learning import signals
from learning.actions.priorities import KEY
from learning.models import Priority
from learning.notice_page import body_of, standing
from learning.priority_actions import evidenced
from learning.rules.impact import chain, highest, seen_since
from learning.theme_flags import COLOURS


def about_priority(user, priority: Priority, on: date) -> dict[str, Any]:
    """Return what the page of one priority shows."""
    keys.prefetch(KEY, [priority.pk])
    compared = signals.compare(on, priority.panel)
    signal = compared.by_code.get(priority.theme.code)
    links = evidenced([priority])[priority.pk]
    labels = dict(EffectReview.Link.choices)
    actions = Action.objects.filter(key_kind=KEY, key_id=priority.pk)
    rows = opened(planned(user, loaded(actions), on))
    plans = list(
        Recommendation.objects.filter(key_kind=KEY, key_id=priority.pk).order_by("made_on", "pk")
    )
    notices = list(priority.notices.order_by("written_at"))
    keys.prefetch("notice", [one.pk for one in notices])
    return {
        "priority": priority,
        "signal": signal,
        "flag": {"label": signal.flag.label, "colour": COLOURS[signal.flag]} if signal else None,
        "seen": seen_since(signal.window, signal.reference, signal.reference_quarters)
        if signal
        else "",
        "chain": [
            {"label": labels[one.code], "evidenced": one.evidenced, "highest": one.highest}
            for one in chain(links)
        ],
        "highest": labels.get(highest(links), ""),
        "plans": [
            {"plan": plan, "rows": [row for row in rows if row.action.recommendation_id == plan.pk]}
            for plan in plans
        ],
        "notices": [
            {"notice": one, "body": body_of(one), "stands": standing(one, on)} for one in notices
        ],
    }
