"""The group's recommendation: read, drafted, answered by each member, made by the chair."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from casereview import access
from casereview.access import case_view
from casereview.case_header import about
from casereview.models import Case
from casereview.views.acting import act, again, posted
from scr import decision_page
from scr.actions import recommending
from scr.forms.deciding import MakeForm, PositionForm, RecommendationForm
from scr.models import GroupMeeting, GroupRecommendation, MemberPosition
from scr.options import options
from scr.rules.options import recommendable
from scr.rules.stages import Act
from scr.standing import Standing, standing

BACK = "scr:view_recommendation"
DRAFT = ("reason", "departure_reason", "immediate_actions", "methodology", "defer_until")
MEETINGS_SHOWN = 25


@case_view("view_recommendation")
def view_recommendation(request: HttpRequest, case: Case) -> HttpResponse:
    """Show what the group recommends, on what, and who agrees."""
    user = request.user
    shown = decision_page.basis(case, timezone.localdate())
    found: Standing = shown["standing"]
    own = _own(user, found.recommendation)
    return render(
        request,
        "scr/recommendation/page.html",
        {
            **about(user, case, BACK),
            **shown,
            "options": decision_page.offered(found),
            "own": own,
            "may_draft": found.may(Act.DRAFT) and access.can(user, "draft_recommendation", case),
            "may_speak": decision_page.may_give_position(user, case, found),
            "may_make": found.may(Act.MAKE) and access.can(user, "make_recommendation", case),
        },
    )


def _own(user, row: GroupRecommendation | None) -> MemberPosition | None:
    return MemberPosition.objects.filter(recommendation=row, user=user).first() if row else None


@case_view("draft_recommendation")
def draft_recommendation(request: HttpRequest, case: Case) -> HttpResponse:
    """Draft the recommendation, or change the draft."""
    found = standing(case)
    draft = _draft(found)
    meetings = _meetings(found)
    initial = {name: getattr(draft, name) for name in DRAFT} if draft else {}
    if draft is not None:
        initial |= {
            "recommended": draft.recommended,
            "meeting": str(draft.meeting_id or ""),
            "refer_to": draft.refer_to.code if draft.refer_to else "",
            "version": draft.version,
        }
    form = RecommendationForm(
        posted(request),
        options=recommendable(options(), found.edition),
        meetings=[(str(one.pk), f"{one.held_on.day} {one.held_on:%B %Y}") for one in meetings],
        initial=initial,
    )

    def do() -> GroupRecommendation:
        answers = form.answers()
        answers["meeting"] = next(
            (one for one in meetings if str(one.pk) == answers["meeting"]), None
        )
        return recommending.draft_recommendation(case=case, by=request.user, **answers)

    return act(
        request,
        case,
        form,
        do,
        back=BACK,
        heading="Draft the group’s recommendation",
        button="Save the draft",
        done="The recommendation is drafted: the members give their positions",
        lead="Changing what is drafted asks every member again.",
        now=lambda: _draft(standing(case)),
    )


def _draft(found: Standing) -> GroupRecommendation | None:
    row = found.recommendation
    return row if row is not None and row.made_at is None else None


def _meetings(found: Standing) -> list[GroupMeeting]:
    if found.referral is None:
        return []
    rows = GroupMeeting.objects.filter(board=found.referral.board_id)
    rows = rows.exclude(state=GroupMeeting.State.CANCELLED)
    return list(rows.filter(held_on__gte=found.referral.referred_on)[:MEETINGS_SHOWN])


@case_view("give_position")
def give_position(request: HttpRequest, case: Case) -> HttpResponse:
    """Give one's own position on the drafted recommendation."""
    shown = decision_page.basis(case, timezone.localdate())
    draft = _draft(shown["standing"])
    own = _own(request.user, draft)
    initial = {"position": own.position, "reason": own.reason} if own else {}
    form = PositionForm(
        posted(request), initial={**initial, "version": draft.version if draft else ""}
    )
    return act(
        request,
        case,
        form,
        lambda: recommending.give_position(case=case, by=request.user, **form.answers()),
        back=BACK,
        heading="Your position on the recommendation",
        button="Give my position",
        done="Your position is recorded. You may change it until the recommendation is made",
        lead=_lead(shown["recommendation"]),
        quoted=draft.reason if draft else "",
        now=lambda: again(draft) if draft else None,
    )


def _lead(recommendation: dict | None) -> str:
    if recommendation is None:
        return "No recommendation is drafted."
    return f"The draft recommends: {recommendation['label']}. Its reasons:"


@case_view("make_recommendation")
def make_recommendation(request: HttpRequest, case: Case) -> HttpResponse:
    """Make the recommendation: from then on it does not change."""
    found = standing(case)
    draft = _draft(found)
    counted = recommending.count(draft) if draft else {"quorate": False}
    form = MakeForm(
        posted(request),
        quorate=bool(counted["quorate"]),
        initial={"version": draft.version if draft else ""},
    )
    return act(
        request,
        case,
        form,
        lambda: recommending.make_recommendation(
            case=case,
            by=request.user,
            not_quorate_reason=form.cleaned_data.get("not_quorate_reason", ""),
            version=form.cleaned_data["version"],
        ),
        back=BACK,
        heading="Make the recommendation",
        button="Make the recommendation",
        done="The recommendation is made: it goes to whoever decides",
        lead=_make_lead(draft, counted),
        quoted=draft.reason if draft else "",
        warning=True,
        now=lambda: again(draft) if draft else None,
    )


def _make_lead(draft: GroupRecommendation | None, counted: dict) -> str:
    if draft is None:
        return "No recommendation is drafted."
    parts = [f"The draft recommends: {recommending.recommended_words(draft)}."]
    if draft.meeting is None:
        parts.append("No meeting is named, so there is no quorum.")
    else:
        parts.append(
            f"Members who took part in this case: {counted['members']}, needed: "
            f"{counted['members_needed']}; agencies: {counted['agencies']}, needed: "
            f"{counted['agencies_needed']}."
        )
    silent = counted.get("silent", 0)
    if silent:
        parts.append(f"Gave no position yet: {silent} of those who came.")
    parts.append("Once made it cannot be changed.")
    return " ".join(parts)
