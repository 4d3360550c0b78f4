"""The shared record: cases, people, places, admissions, work, meetings, learning and audit."""

from casereview.models.access_reviews import AccessConfirmation
from casereview.models.admissions import (
    BreakGlass,
    CaseGroupObjectPermission,
    CaseUserObjectPermission,
    Interest,
    Reason,
)
from casereview.models.api_tokens import ApiToken
from casereview.models.audit import AuditEntry, AuditRowCode
from casereview.models.cases import (
    Case,
    CaseMatch,
    Child,
    FamilyLink,
    Incident,
    ReferenceCounter,
)
from casereview.models.documents import Disclosure, DisclosurePart
from casereview.models.family import (
    ContactPreference,
    FamilyContact,
    FamilyLetter,
    FamilyQuestion,
    FamilyWork,
    SupportOffer,
)
from casereview.models.imports import ImportFile
from casereview.models.information_requests import InformationRequest
from casereview.models.learning import (
    Action,
    ActionEvidence,
    EffectReview,
    LearningPoint,
    Recommendation,
)
from casereview.models.local_texts import LocalText
from casereview.models.meetings import AgendaItem, Attendance, Meeting
from casereview.models.notes import CaseNote, NoteMention
from casereview.models.packs import LeakHit, Pack, Pseudonym
from casereview.models.people import Person, StandingRole, User
from casereview.models.places import Agency, AgencyContact, Area, Board, Panel, PanelBoard
from casereview.models.populations import Population
from casereview.models.processes import CasePassing, ParallelProcess
from casereview.models.reading import ReadingChoice
from casereview.models.record_checks import RecordCheck
from casereview.models.releases import ProfileSetting, Release
from casereview.models.retention import Disposal, LegalHold, RetentionRule
from casereview.models.saved_views import SavedView
from casereview.models.second_person import Agreement
from casereview.models.upkeep import UpkeepRecord
from casereview.models.work import (
    AgencyRequest,
    Clock,
    ClockPause,
    Document,
    Draft,
    IntakeItem,
    NotificationDuty,
    OutboxMessage,
    TaskProgress,
)

__all__ = [
    "AccessConfirmation",
    "Action",
    "ActionEvidence",
    "Agency",
    "AgencyContact",
    "AgencyRequest",
    "ApiToken",
    "AgendaItem",
    "Agreement",
    "Area",
    "Attendance",
    "AuditEntry",
    "AuditRowCode",
    "Board",
    "BreakGlass",
    "Case",
    "CaseGroupObjectPermission",
    "CaseMatch",
    "CaseNote",
    "CasePassing",
    "CaseUserObjectPermission",
    "Child",
    "Clock",
    "ClockPause",
    "ContactPreference",
    "Disclosure",
    "Disposal",
    "DisclosurePart",
    "Document",
    "Draft",
    "EffectReview",
    "FamilyContact",
    "FamilyLetter",
    "FamilyLink",
    "FamilyQuestion",
    "FamilyWork",
    "ImportFile",
    "Incident",
    "InformationRequest",
    "IntakeItem",
    "Interest",
    "LeakHit",
    "LearningPoint",
    "LegalHold",
    "LocalText",
    "Meeting",
    "NoteMention",
    "NotificationDuty",
    "OutboxMessage",
    "Pack",
    "Panel",
    "PanelBoard",
    "ParallelProcess",
    "Person",
    "Pseudonym",
    "Population",
    "ProfileSetting",
    "ReadingChoice",
    "Reason",
    "RecordCheck",
    "Recommendation",
    "ReferenceCounter",
    "Release",
    "RetentionRule",
    "SavedView",
    "StandingRole",
    "SupportOffer",
    "TaskProgress",
    "UpkeepRecord",
    "User",
]
