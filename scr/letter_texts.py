"""The first wording of letters about a referral or a decision, for a person to edit.

An area words the acknowledgement and the letter on a decision for itself.

No letter names the child: the reader knows the case by the reference, or by what they sent.
"""

from pathlib import Path

from casereview import local_texts
from casereview.models import Case
from casereview.rules.working_days import written as in_words
from scr.models import Decision, Referral, ScrLetter
from scr.options import option
from scr.rules.options import LeadsTo, Option

_GREETING = {
    ScrLetter.To.REFERRER: "Dear colleague,",
    ScrLetter.To.NATIONAL_PANEL: "Dear members of the national panel,",
    ScrLetter.To.OFSTED: "To Ofsted,",
    ScrLetter.To.DEPARTMENT: "To the department,",
    ScrLetter.To.AGENCY: "Dear colleague,",
    ScrLetter.To.BOARD: "Dear business manager,",
    ScrLetter.To.FAMILY: "Dear family,",
}
# What the decision means for who referred the case.
_REFERRER = {
    "scr": "A serious case review will be held. A lead reviewer from outside the agencies will be "
    "appointed, and your agency will be asked for its part. Please keep all files secured.",
    "scr_composite": "A serious case review will be held, and it is proposed to tell it together "
    "with others that are alike. Your agency will be asked for its part. Please keep all files "
    "secured.",
    "local_review": "A local child safeguarding practice review will be held. Your agency will be "
    "asked for its part. Please keep all files secured.",
    "no_local_review": "The rapid review has shown what there is to learn. No local review "
    "follows; what was learned will be shared with the agencies.",
    "extended_review": "An extended child practice review will be held, with two reviewers from "
    "outside the agencies. Your agency will be asked for its part. Please keep all files secured.",
    "concise_review": "A concise child practice review will be held, with a reviewer from outside "
    "the agencies. Your agency will be asked for its part. Please keep all files secured.",
    "case_management_review": "A case management review will be held. Your agency will be asked "
    "for its part. Please keep all files secured.",
    "alternative_review": "The case does not meet the criteria of a serious case review, or not "
    "clearly, but several agencies have something to learn. A learning review will be held, and "
    "your agency will be invited.",
    "single_agency_review": "One agency will review its own part and report to the group. You may "
    "be asked what you know.",
    "audit": "The question you raised goes into this year’s programme of multi-agency audits of "
    "case files.",
    "refer": "Another board, or another process, is the right one for this case. We have passed it "
    "on and will tell you who is now responsible.",
    "none": "No review will be held. This is not a judgement on your concern: referring was right, "
    "and what you told us is on record. If you learn something new, please refer again.",
    "defer": "The decision waits for information that is named below. You do not need to do "
    "anything unless you are asked.",
}
_PASSED_ON = (
    "We think that your board leads on this case. We pass it on to you with what we know, by a "
    "safe way. Please confirm that you have it."
)
_FURTHER = "This further decision follows an earlier one, which stays on record."


def letter_text(
    to: str, case: Case, referral: Referral, decision: Decision | None, reasons: str = ""
) -> str:
    """Return the draft of a letter; without a decision it acknowledges the referral.

    `reasons` are those of the decision, of each partner where several decide.
    """
    about = (
        f"The child whose case you referred to us on {in_words(referral.referred_on)}"
        if to == ScrLetter.To.REFERRER
        else f"Case {case.reference}, referred on {in_words(referral.referred_on)}"
    )
    greeting = _GREETING[ScrLetter.To(to)]
    if to == ScrLetter.To.FAMILY:
        return "\n\n".join([greeting, *_to_family(decision)])
    if decision is None and to == ScrLetter.To.BOARD:
        return "\n\n".join([greeting, about, _PASSED_ON])
    if decision is None:
        return local_texts.written("scr_acknowledged", {"greeting": greeting, "about": about})
    chosen = option(decision.decided)
    refer_to = f"It is referred to: {decision.refer_to}." if decision.refer_to else ""
    until = decision.defer_until
    return local_texts.written(
        "scr_decided",
        {
            "greeting": greeting,
            "about": about,
            "decision": f"Decided on {in_words(decision.decided_on)}: {chosen.label}.",
            "meaning": "\n\n".join(_meaning(to, chosen)),
            "refer_to": refer_to,
            "reasons": reasons,
            "defer": f"The decision is put off until {in_words(until)}." if until else "",
            "earlier": _FURTHER if decision.earlier_id else "",
            "closing": "\n\n".join(_closing(to)),
        },
    )


def _meaning(to: str, chosen: Option) -> list[str]:
    if to == ScrLetter.To.REFERRER:
        return [_REFERRER.get(chosen.code, chosen.meaning)]
    if to == ScrLetter.To.AGENCY:
        if chosen.leads_to == LeadsTo.NO_REVIEW:
            return ["Files that were secured for this case may be released."]
        return ["Please keep the files secured. You will be told what is asked of your agency."]
    if to == ScrLetter.To.NATIONAL_PANEL and chosen.leads_to != LeadsTo.REVIEW:
        return ["A copy of the notification of the incident is enclosed. We ask for your advice."]
    return [chosen.meaning] if chosen.meaning else []


def _closing(to: str) -> list[str]:
    if to == ScrLetter.To.REFERRER:
        return ["If you think the decision is wrong, write to the chair of the board."]
    return []


def _to_family(decision: Decision | None) -> list[str]:
    said = [
        "When a child has died or has been seriously harmed, people from health, the police, "
        "social care and other services look at how they worked together. They do not decide who "
        "is to blame.",
    ]
    if decision is not None:
        leads_to = option(decision.decided).leads_to
        if leads_to in (LeadsTo.REVIEW, LeadsTo.OTHER_REVIEW):
            said.append(
                "There will be a review. You can take part in it if you wish, and you will be told "
                "what it finds before anybody else reads it."
            )
        elif leads_to == LeadsTo.NO_REVIEW:
            said.append("It was decided that there will be no review.")
        else:
            said.append("It has not been decided yet whether there will be a review.")
    return [*said, "If you would like to talk about this letter, please contact us."]


def register() -> None:
    """Let an area word these letters."""
    local_texts.add(Path(__file__).parent / "data" / "local_texts.toml")
