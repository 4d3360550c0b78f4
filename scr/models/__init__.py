"""The records of the serious case review group, from the referral to the end of a review."""

from scr.models.audits import AuditedChild, ThematicAudit
from scr.models.deciding import (
    Decision,
    GroupAttendance,
    GroupMeeting,
    GroupRecommendation,
    MemberPosition,
    NationalPanelAdvice,
    PeerChallenge,
    ScrLetter,
)
from scr.models.findings import Finding, FindingOf, FindingRecommendation
from scr.models.referral import CriteriaAssessment, CriterionAnswer, FileSecured, Referral
from scr.models.reviewing import (
    CaseUnderReview,
    ChronologyEntry,
    CompositeReview,
    FamilyInvolvement,
    PaperCheck,
    PractitionerEvent,
    Publication,
    ReviewPaper,
    ReviewRequest,
)

__all__ = [
    "AuditedChild",
    "CaseUnderReview",
    "ChronologyEntry",
    "CompositeReview",
    "CriteriaAssessment",
    "CriterionAnswer",
    "Decision",
    "FamilyInvolvement",
    "FileSecured",
    "Finding",
    "FindingOf",
    "FindingRecommendation",
    "GroupAttendance",
    "GroupMeeting",
    "GroupRecommendation",
    "MemberPosition",
    "NationalPanelAdvice",
    "PaperCheck",
    "PeerChallenge",
    "PractitionerEvent",
    "Publication",
    "Referral",
    "ReviewPaper",
    "ReviewRequest",
    "ScrLetter",
    "ThematicAudit",
]
