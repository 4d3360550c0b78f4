"""What logging a death makes, and what is settled afterwards."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casereview import access, registries
from casereview.actions import NotAllowed
from casereview.models import AuditEntry, AuditRowCode, Case, NotificationDuty
from casereview.records import Conflict
from casereview.rules.access_table import Role
from cdop import actions
from cdop.actions.notifying import notification_of
from cdop.forms.deciding import CloseForm, DutyForm, ExpectednessForm, SafetyForm
from cdop.forms.drafting import SECTIONS, NotificationDraft
from cdop.forms.overview import answers, consequences, tasks
from cdop.forms.submission import said as read
from cdop.models import Notification
from tests import factories
from tests.cdop import filling
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate


@pytest.fixture
def log(manager):
    """Log a death as the manager."""
    return lambda **facts: actions.log_notification(by=manager, said=filling.said(**facts))


def test_one_change_makes_everything_and_one_audit_entry(log):
    case = log(people=(filling.mother(),), notification={"looked_after": "Y"})

    entry = AuditEntry.objects.get(case=case.pk, action="log_notification", outcome="done")
    rows = AuditRowCode.objects.filter(entry=entry).values_list("table", flat=True)
    assert case.family.get().person.family_name == "Planted"
    assert case.clocks.get().rule == "notification"
    assert case.notification_duties.get().grounds == ["looked_after"]
    assert "Planted" not in entry.detail
    assert {"casereview_child", "casereview_person", "cdop_notification"} <= set(rows)


def test_nothing_is_left_when_logging_fails_half_way(log, monkeypatch):
    def fail(*args, **facts):
        raise RuntimeError("half way")

    monkeypatch.setattr("cdop.actions.notifying.record_matches", fail)

    with pytest.raises(RuntimeError):
        log()

    assert not Case.objects.exists()
    assert not Notification.objects.exists()


@pytest.mark.parametrize(
    ("facts", "due", "kept"),
    [
        ({}, datetime.date(2015, 3, 3), True),
        ({"notified_on": datetime.date(2015, 3, 4)}, datetime.date(2015, 3, 3), False),
        (
            {
                "learned_on": datetime.date(2015, 3, 5),
                "notified_on": datetime.date(2015, 3, 6),
            },
            datetime.date(2015, 3, 6),
            True,
        ),
        # Good Friday to Easter Monday do not count.
        (
            {
                "died_on": datetime.date(2015, 4, 2),
                "notified_on": datetime.date(2015, 4, 7),
            },
            datetime.date(2015, 4, 7),
            True,
        ),
    ],
)
def test_the_clock_runs_from_the_later_of_death_and_learning_of_it(log, facts, due, kept):
    clock = log(**facts).clocks.get()

    assert clock.due_on == due
    assert (clock.met_on <= clock.due_on) is kept
    assert "One working day from" in clock.worked_out


def test_how_a_clock_was_worked_out_always_fits(log):
    longest = max(
        len(filling.said(died_on=day, notified_on=day).clock.explain())
        for year in range(2008, 2031)
        for day in (datetime.date(year, 12, 1) + datetime.timedelta(n) for n in range(45))
    )

    assert longest <= 300


@pytest.mark.parametrize(
    "answer",
    ["looked_after", "regulated_setting", "custody_or_detention", "abuse_or_neglect_suspected"],
)
def test_a_serious_incident_opens_a_duty_of_five_working_days(log, answer):
    case = log(notification={answer: "Y"})

    duty = case.notification_duties.get()
    assert duty.state == NotificationDuty.State.OPEN
    assert duty.due_on > TODAY()
    assert "local authority" in duty.who_must


@pytest.mark.parametrize("said", ["N", "NK", ""])
def test_no_and_not_known_open_no_duty_but_not_known_is_chased(log, said):
    case = log(notification={"looked_after": said})

    assert not case.notification_duties.exists()
    assert ("looked_after" in notification_of(case).to_chase) is (said != "N")


def test_a_duty_is_made_once_and_not_in_the_future(log, manager):
    duty = log(notification={"looked_after": "Y"}).notification_duties.get()

    with pytest.raises(NotAllowed, match="not in the future"):
        actions.settle_notification_duty(
            duty=duty, state="made", made_on=TODAY() + datetime.timedelta(1), by=manager
        )
    with pytest.raises(NotAllowed, match="Enter why"):
        actions.settle_notification_duty(duty=duty, state="not_needed", by=manager)
    actions.settle_notification_duty(duty=duty, state="made", made_on=TODAY(), by=manager)
    with pytest.raises(NotAllowed, match="settled already"):
        actions.settle_notification_duty(duty=duty, state="made", made_on=TODAY(), by=manager)

    duty.refresh_from_db()
    assert (duty.state, duty.settled_by) == ("made", manager)


def test_the_doctors_departure_needs_a_reason_and_unsure_confirms_nothing(log, people):
    doctor = people[Role.DESIGNATED_DOCTOR]
    notification = notification_of(log(notification={"expectedness": "EXPECTED"}))
    confirm = actions.confirm_expectedness

    with pytest.raises(NotAllowed, match="differs"):
        confirm(notification=notification, expectedness="UNEXPECTED", note="", by=doctor)
    confirm(notification=notification, expectedness="UNSURE", note="Too early", by=doctor)
    assert notification.expectedness_confirmed_at is None
    confirm(notification=notification, expectedness="EXPECTED", note="", by=doctor)

    assert notification.expectedness_confirmed_by == doctor


def test_a_stale_page_changes_nothing(log, manager):
    notification = notification_of(log())

    with pytest.raises(Conflict):
        actions.record_safety_of_children(
            notification=notification, other_children="safe", by=manager, version=0
        )


def test_telling_social_care_names_who_told_them_and_when(log, manager):
    notification = notification_of(log(notification={"nobody_told": True}))

    actions.record_safety_of_children(
        notification=notification,
        other_children="safe",
        social_care_told_on=TODAY(),
        by=manager,
    )

    notification.refresh_from_db()
    assert notification.social_care_told_by == manager
    assert notification.nobody_told is False


@pytest.mark.parametrize(
    ("said", "urgent"),
    [
        ({}, True),
        ({"other_children": "not_known"}, True),
        ({"other_children": "not_safe", "told_about_children": "Social care"}, True),
        ({"other_children": "safe"}, True),
        ({"other_children": "safe", "nobody_told": True}, True),
        ({"other_children": "safe", "told_about_children": "Social care"}, False),
        ({"other_children": "none"}, False),
    ],
)
def test_other_children_not_safe_not_known_or_untold_are_top_of_the_work(
    log, manager, said, urgent
):
    case = log(notification=said)

    items = {
        item.key: item for gather in registries.work_items for item in gather(manager, TODAY())
    }

    item = items.get(f"children {case.reference}")
    assert bool(item) is urgent
    assert item is None or (item.urgent and item.due_on == case.notified_on)
    steps = [step for suggest in registries.next_steps for step in suggest(manager, case)]
    assert (max(steps, key=lambda step: step.weight).weight == 100) is urgent


def test_work_belongs_to_those_who_do_it(log, people, outsider):
    case = log(notification={"looked_after": "Y"})

    def keys_of(user):
        return {
            item.key.rsplit(" CD-")[0]
            for gather in registries.work_items
            for item in gather(user, TODAY())
            if case.reference in item.key
        }

    assert keys_of(people[Role.DESIGNATED_DOCTOR]) == {"expectedness"}
    assert {"children", "duty", "questions"} <= keys_of(people[Role.CDR_MANAGER])
    assert keys_of(outsider) == set()
    recused = factories.make_user(Role.CDR_MANAGER)
    factories.recuse(recused, case)
    assert keys_of(recused) == set()


def test_no_work_remains_of_a_case_that_was_closed(log, manager):
    case = log(notification={"looked_after": "Y"})

    actions.close_not_for_review(
        case=case, out_of_scope_reason="adult", reason="Passport seen", by=manager
    )

    assert case.stage == Case.Stage.NOT_FOR_REVIEW
    items = [item for gather in registries.work_items for item in gather(manager, TODAY())]
    assert not [item for item in items if case.reference in item.key]
    with pytest.raises(NotAllowed, match="closed already"):
        actions.close_not_for_review(
            case=case, out_of_scope_reason="adult", reason="Again", by=manager
        )


def test_a_case_is_passed_to_another_panel_and_never_to_ones_own(log, manager):
    case = log(residence_board="NOTTINGHAM")

    with pytest.raises(NotAllowed, match="another panel"):
        actions.pass_on_case(
            case=case, board=factories.board("LEICESTER"), passed_on_on=TODAY(), by=manager
        )
    actions.pass_on_case(
        case=case, board=factories.board("NOTTINGHAM"), passed_on_on=TODAY(), by=manager
    )

    assert access.can(manager, "view_notification", case)
    assert case.stage == Case.Stage.PASSED_ON


def test_a_manager_without_a_panel_is_told_whom_to_ask(outsider):
    with pytest.raises(NotAllowed, match="Ask an administrator"):
        actions.log_notification(by=outsider, said=filling.said())


def test_identifiers_name_everybody_of_the_case(log):
    case = log(
        child={"nhs_number": filling.CHILD_NHS, "address": "2 Sample Road"},
        people=(filling.mother(),),
    )

    found = [one for tell in registries.identifiers for one in tell(case)]

    assert {"Planted", "Ada", "Mary", filling.CHILD_NHS, filling.MOTHER_NHS} <= set(found)
    assert {"2 Sample Road", "2014-05-01", "01/05/2014", "1 May 2014"} <= set(found)


def test_the_timeline_names_nobody(log, manager):
    case = log(people=(filling.mother(),))

    entries = [entry for tell in registries.timeline for entry in tell(manager, case)]

    assert {"Death", "Death notified"} <= {entry.title for entry in entries}
    assert "Planted" not in repr(entries)


typed = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=40),
    st.sampled_from(["Y", "N", "NK", "on", "OTHER", "31", "2", "2015", "9990000026", "999", "0"]),
)


def post_of(form, drawn) -> dict[str, str]:
    names = []
    for name, field in form.fields.items():
        inner = getattr(field.widget, "widgets_names", None)
        names += [f"{name}{part}" for part in inner] if inner else [name]
    return {name: drawn.draw(typed) for name in names}


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(drawn=st.data())
def test_no_text_whatever_breaks_a_section_or_the_pages_of_a_draft(db, drawn):
    draft = NotificationDraft(None, {"LEICESTER": "Leicester"})
    for section in SECTIONS:
        form = section.form(data={"rows": "2"}, own=draft.own)
        draft.keep(section.slug, {n: [v] for n, v in post_of(form, drawn).items()})

    shown = [tasks(draft), answers(draft), draft.who]
    says = read(draft)

    assert len(shown) == 3
    for section in SECTIONS:
        assert str(draft.blank(section.slug))
        assert str(draft.checked(section.slug))
    if says is not None:
        assert consequences(says, draft.own).clock


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(drawn=st.data())
def test_no_text_whatever_breaks_a_decision(db, drawn):
    for form_class in (ExpectednessForm, SafetyForm, DutyForm, CloseForm):
        form = form_class(data=post_of(form_class(), drawn))

        assert form.is_valid() in (True, False)
        assert str(form)


def test_a_posted_page_of_nonsense_is_answered_in_words(client, manager):
    sign_in(client, manager)
    key = filling.begin(client)
    case = actions.log_notification(by=manager, said=filling.said(child={"given_names": "Zoe"}))
    pages = [
        *(f"/notifications/new/{key}/{section.slug}/" for section in SECTIONS),
        f"/notifications/new/{key}/check/",
        *(
            reverse(f"cdop:{name}", args=[case.reference])
            for name in (
                "record_safety_of_children",
                "answer_questions",
                "close_not_for_review",
                "pass_on_case",
            )
        ),
    ]
    nonsense = {
        "do": "\u202e",
        "kept": "x" * 50,
        "rows": "9" * 40,
        "version": "²",
        "same": "CD-1",
        "board": "\x00",
        "reason": "\x00\U0001f600",
        "sex": "M" * 5000,
        "birth_weight_grams": "9" * 5000,
    }

    for url in pages:
        for body in (nonsense, {**nonsense, "kept": "1"}, {}):
            assert client.post(url, body).status_code in (200, 302), url


def test_an_unknown_section_and_a_strange_key_are_not_found(client, manager):
    sign_in(client, manager)
    key = filling.begin(client)

    assert client.get(f"/notifications/new/{key}/nonsense/").status_code == 404
    assert client.get(f"/notifications/new/{manager.pk}/").status_code == 404
    assert client.get("/notifications/new/not-a-key/").status_code == 404
