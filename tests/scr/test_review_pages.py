"""The pages of reviews: who reads them, what they say, and what they keep to themselves."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casereview.rules.access_table import Role
from scr.actions import chronology, commissioning
from scr.models import CaseUnderReview, ChronologyEntry, FamilyInvolvement, PractitionerEvent
from scr.rules.chronology_file import COLUMNS
from tests import factories
from tests.kept_out import leave
from tests.review_factories import DECIDED, appoint, ask, make_author, make_review, row
from tests.scr_factories import make_referral, make_scr_people
from tests.signed_in import sign_in
from tests.working import do_jobs

pytestmark = pytest.mark.django_db
OF_A_REVIEW = (
    "view_review",
    "view_chronology",
    "view_review_processes",
    "record_terms",
    "appoint_reviewer",
    "name_reviewer",
    "end_appointment",
    "record_names_sent",
    "stop_review",
    "capture_review_back",
    "sign_off_review",
    "ask_for_part",
    "record_practitioner_event",
    "record_family_involvement",
    "record_review_process",
    "write_paper",
    "record_publication_advice",
    "decide_publication",
)
NAME = "Qxchildname"


def url(name: str, *keys) -> str:
    return reverse(f"scr:{name}", args=keys)


def text_of(response) -> str:
    return response.content.decode()


@pytest.fixture
def world(db):
    case = factories.make_case(family_name=NAME)
    return make_review(case=case)


def day(name: str, on: datetime.date) -> dict[str, str]:
    return {
        f"{name}_day": str(on.day),
        f"{name}_month": str(on.month),
        f"{name}_year": str(on.year),
    }


@pytest.mark.parametrize("name", OF_A_REVIEW)
def test_who_is_kept_out_is_told_that_there_is_no_such_review(client, world, name):
    recused = make_scr_people()[Role.BOARD_MANAGER]
    factories.recuse(recused, world.case)
    panel_member = factories.make_user(Role.PANEL_MEMBER)
    factories.admit(panel_member, world.case, Role.PANEL_MEMBER)
    others = [
        factories.make_user(None),
        recused,
        make_scr_people("NOTTINGHAM")[Role.BOARD_MANAGER],
        panel_member,
    ]
    absent = sign_in(client, others[0]).get(url(name, "RV-1999-0999"))

    for who in others:
        sign_in(client, who)
        for response in (
            client.get(url(name, world.review.reference)),
            client.post(url(name, world.review.reference), {}),
        ):
            assert (response.status_code, response.content) == (404, absent.content), who.name
            assert NAME not in text_of(response)


def test_who_has_left_is_signed_out(client, world):
    sign_in(client, world.manager)
    leave(world.manager)

    response = client.get(url("view_review", world.review.reference))

    assert response.status_code == 302
    assert "/accounts/login/" in response.headers["Location"]


@pytest.mark.parametrize(
    "role",
    [Role.BOARD_MANAGER, Role.SCR_MEMBER, Role.SCR_CHAIR, Role.INDEPENDENT_CHAIR],
)
def test_the_group_of_the_board_reads_a_review_without_the_childs_name(client, world, role):
    sign_in(client, world.people[role])

    response = client.get(url("view_review", world.review.reference))

    assert response.status_code == 200
    body = text_of(response)
    assert "Serious case review" in body and world.case.reference in body
    assert NAME not in body and "Ada" not in body
    assert "30 October 2015" in body


def test_a_member_of_the_group_may_see_but_not_appoint(client, world):
    sign_in(client, world.people[Role.SCR_MEMBER])

    response = client.get(url("appoint_reviewer", world.review.reference))

    assert response.status_code == 403


def test_a_lead_reviewer_reads_the_one_review_and_no_other(client, world):
    user = appoint(world)
    other = commissioning.commission_review(
        case=world.case, kind="near_miss", begun_on=DECIDED, by=world.manager, reason="Asked for"
    )
    sign_in(client, user)

    assert client.get(url("view_review", world.review.reference)).status_code == 200
    assert client.get(url("record_terms", world.review.reference)).status_code == 200
    assert client.get(url("view_review", other.reference)).status_code == 404
    assert client.post(url("record_terms", other.reference), {}).status_code == 404
    listed = text_of(client.get(url("list_reviews")))
    of_case = text_of(client.get(url("view_case_reviews", world.case.reference)))
    assert world.review.reference in listed and world.review.reference in of_case
    assert other.reference not in listed + of_case


def test_an_appointment_that_is_over_opens_nothing(client, world):
    user = appoint(world)
    commissioning.end_appointment(review=world.again(), reason="Ill", by=world.manager)
    sign_in(client, user)

    assert client.get(url("view_review", world.review.reference)).status_code == 404
    assert world.review.reference not in text_of(client.get(url("list_reviews")))


def test_the_list_shows_ones_own_board_and_says_what_is_overdue(client, world):
    other = make_scr_people("NOTTINGHAM")[Role.BOARD_MANAGER]

    mine = text_of(sign_in(client, world.manager).get(url("list_reviews")))
    theirs = text_of(sign_in(client, other).get(url("list_reviews")))

    assert world.review.reference in mine and "Overdue: 1 of 1" in mine
    assert world.review.reference not in theirs and "Overdue: 0 of 0" in theirs


def test_the_list_asks_the_database_as_often_for_many_as_for_one(client, world):
    sign_in(client, world.manager)
    client.get(url("list_reviews"))
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(url("list_reviews"))
    for kind in ("near_miss", "file_audit", "alternative"):
        commissioning.commission_review(
            case=world.case, kind=kind, begun_on=DECIDED, by=world.manager, reason="Asked for"
        )

    with CaptureQueriesContext(connection) as many:
        client.get(url("list_reviews"))

    assert len(many) == len(one)


def test_a_review_is_commissioned_from_the_page_of_its_case(client):
    people = make_scr_people()
    case = make_referral(by=people[Role.BOARD_MANAGER]).case
    sign_in(client, people[Role.BOARD_MANAGER])
    answers = {"kind": "near_miss", **day("begun_on", DECIDED)}

    refused = client.post(url("commission_review", case.reference), answers)
    made = client.post(
        url("commission_review", case.reference), {**answers, "reason": "The group asked for it"}
    )

    assert "Enter why this review is held" in text_of(refused)
    review = CaseUnderReview.objects.get(case=case)
    assert made.headers["Location"] == url("view_review", review.reference)


def test_a_lead_reviewer_is_appointed_with_declarations(client, world):
    from tests.review_factories import make_reviewer

    user = make_reviewer()
    sign_in(client, world.manager)
    answers = {
        "person": str(user.pk),
        **day("until", timezone.localdate() + datetime.timedelta(days=100)),
        "declared": ["no_work", "no_line"],
        "checked": "Employments were read",
    }

    refused = client.post(url("appoint_reviewer", world.review.reference), answers)
    done = client.post(
        url("appoint_reviewer", world.review.reference),
        {**answers, "declared": ["no_work", "no_line", "no_part"]},
    )

    assert "Have it declared and tick it" in text_of(refused)
    assert done.status_code == 302
    assert world.again().lead_reviewer == user


def test_the_chronology_merges_agencies_shows_gaps_and_is_narrowed(client, world):
    hospital, police = make_author(), make_author(name="Charnwood Police", person="Pol Icing")
    first, second = ask(world, hospital), ask(world, police)
    chronology.add_chronology_entry(request=first, row=row("2014-03-05", "Qxcough"), by=hospital)
    chronology.add_chronology_entry(request=second, row=row("2014-01-01", "Qxcalled"), by=police)
    gone = chronology.add_chronology_entry(request=second, row=row(what="Qxgone"), by=police)
    chronology.withdraw_chronology_entry(request=second, entry=gone, reason="Wrong", by=police)
    sign_in(client, world.people[Role.SCR_MEMBER])
    page = url("view_chronology", world.review.reference)

    whole = text_of(client.get(page))
    wide = text_of(client.get(page, {"gap": "90"}))
    narrow = text_of(client.get(page, {"agency": str(police.agency_id), "gap": "28"}))
    wrong = text_of(client.get(page, {"gap": "0"}))

    assert whole.index("Qxcalled") < whole.index("Nothing recorded for 62 days")
    assert whole.index("Nothing recorded for 62 days") < whole.index("Qxcough")
    assert "Soar Hospital" in whole and "Qxgone" not in whole
    assert "Nothing recorded" not in wide
    assert "Qxcalled" in narrow and "Qxcough" not in narrow
    assert "Enter a number of days from 1" in wrong


def test_the_file_of_a_chronology_asks_for_a_fresh_proof_and_runs_no_formula(client, world):
    author = make_author()
    asked = ask(world, author)
    chronology.add_chronology_entry(
        request=asked, row=row(what="=HYPERLINK(1)", source="+GP"), by=author
    )
    page = url("export_chronology", world.review.reference)

    stale = sign_in(client, world.manager, proved=False).get(page)
    fresh = sign_in(client, world.manager).get(page)
    member = sign_in(client, world.people[Role.SCR_MEMBER]).get(page)

    assert stale.status_code == 302
    assert "'=HYPERLINK(1)" in text_of(fresh) and "'+GP" in text_of(fresh)
    assert fresh.headers["Cache-Control"] == "no-store"
    assert member.status_code == 403


def test_an_agency_writes_its_own_entries_and_sees_nobody_elses(client, world):
    hospital, police = make_author(), make_author(name="Charnwood Police", person="Pol Icing")
    mine, theirs = ask(world, hospital), ask(world, police)
    chronology.add_chronology_entry(request=theirs, row=row(what="Qxpolice"), by=police)
    sign_in(client, hospital)
    answers = {
        **day("on", datetime.date(2014, 3, 5)),
        "at": "16:05",
        "source": "Ward notes",
        "what": "Qxward",
        "child_seen": "Y",
    }

    added = client.post(url("add_chronology_entry", mine.pk), answers)
    body = text_of(client.get(url("view_review_request", mine.pk)))

    assert added.status_code == 302
    assert "Qxward" in body and "5 March 2014, 16:05" in body
    assert "Qxpolice" not in body and "Charnwood" not in body and NAME not in body
    for name in ("view_review_request", "add_chronology_entry", "hand_in_part"):
        assert client.get(url(name, theirs.pk)).status_code == 404
        assert client.post(url(name, theirs.pk), answers).status_code == 404
    entry = ChronologyEntry.objects.get(agency=police.agency)
    assert client.get(url("withdraw_chronology_entry", mine.pk, entry.pk)).status_code == 404


def test_an_entry_with_a_mistake_keeps_what_was_typed(client, world):
    author = make_author()
    asked = ask(world, author)
    sign_in(client, author)

    response = client.post(
        url("add_chronology_entry", asked.pk),
        {
            **day("on", datetime.date(2014, 3, 5)),
            "about": "on",
            "at": "16:05",
            "what": "Qxtyped",
            "child_seen": "Y",
        },
    )

    body = text_of(response)
    assert "Leave the time empty" in body and "Enter the record this is from" in body
    assert "Qxtyped" in body
    assert not ChronologyEntry.objects.exists()


def test_who_the_child_is_stands_on_a_page_of_its_own(client, world):
    author = make_author()
    asked = ask(world, author)
    sign_in(client, author)

    child = text_of(client.get(url("view_review_child", asked.pk)))
    sign_in(client, world.manager)

    assert NAME in child
    assert client.get(url("view_review_child", asked.pk)).status_code == 404


def a_file(*rows: str) -> SimpleUploadedFile:
    text = "\r\n".join([",".join(COLUMNS), *rows])
    return SimpleUploadedFile("chronology.csv", text.encode(), content_type="text/csv")


def hand_in(client, asked, *rows):
    """Hand a file in, have it checked, and return where it is with its page."""
    taken = client.post(url("import_chronology", asked.pk), {"file": a_file(*rows)})
    do_jobs()
    where = taken.headers["Location"]
    return where, text_of(client.get(where))


def test_a_file_is_looked_at_before_all_of_it_comes_in_and_once(client, world):
    author = make_author()
    asked = ask(world, author)
    sign_in(client, author)
    rows = ("2014-03-05,16:05,,GP record,Qxfirst,,,Y", "2014-04-01,,,GP,Qxnext,,,")

    checked, page = hand_in(client, asked, *rows)
    before = ChronologyEntry.objects.count()
    client.post(checked, {"act": "confirm"})
    do_jobs()
    done = text_of(client.get(checked))
    _, again = hand_in(client, asked, *rows, "2014-04-02,,,GP,Qxlater,,,")

    assert "5 March 2014, GP record" in page and "Qxfirst" not in page and before == 0
    assert "Bring in 2 rows" in page and "2 new" in done
    assert ChronologyEntry.objects.filter(agency=author.agency).count() == 2
    assert "Bring in 1 row<" in again and "Stands in your chronology" in again


def test_a_wrong_row_keeps_the_whole_file_out_and_says_what_to_do(client, world):
    author = make_author()
    asked = ask(world, author)
    sign_in(client, author)

    where, body = hand_in(
        client, asked, "2014-03-05,,,GP record,Seen,,,Y", "2014-02-30,,,GP record,Qxstory,,,Y"
    )
    client.post(where, {"act": "confirm"})
    do_jobs()
    rows = text_of(client.get(f"{where}errors/?format=csv"))

    assert "Enter a real date" in body and "Qxstory" not in body
    assert "1 row to correct" in body and "Qxstory" in rows and "Seen" not in rows
    assert not ChronologyEntry.objects.exists()


def test_a_chronology_under_other_headings_is_mapped(client, world):
    author = make_author()
    asked = ask(world, author)
    sign_in(client, author)
    text = "Event date,Record,Description\n31/03/2014,GP,Qxours\n"
    file = SimpleUploadedFile("ours.csv", text.encode())

    taken = client.post(url("import_chronology", asked.pk), {"file": file})
    form = client.get(taken.headers["Location"]).context["form"]
    likely = {name: field.initial for name, field in form.fields.items()}
    answer = client.post(taken.headers["Location"], likely)
    do_jobs()

    assert (likely["date"], likely["source"], likely["what_happened"]) == ("0", "1", "2")
    assert "31 March 2014, GP" in text_of(client.get(answer.headers["Location"]))
    assert client.get(url("chronology_template", asked.pk) + "?format=xlsx").status_code == 200


def test_somebody_elses_file_is_not_there(client, world):
    author, other = make_author(), make_author(name="Charnwood Police", person="Pol Icing")
    asked, theirs = ask(world, author), ask(world, other)
    sign_in(client, author)
    where, _ = hand_in(client, asked, "2014-03-05,,,GP,Seen,,,Y")
    key = where.rstrip("/").rsplit("/", 1)[1]

    for person, asked_of in ((world.manager, asked), (other, asked), (other, theirs)):
        sign_in(client, person)
        for name in ("check_chronology", "chronology_headings", "chronology_errors"):
            assert client.get(url(name, asked_of.pk, key)).status_code == 404


def test_practitioners_are_left_alone_while_they_may_be_witnesses(client, world):
    from casereview.actions.processes import record_process

    record_process(
        case=world.case,
        kind="POL",
        by=world.manager,
        status="open",
        began_on=datetime.date(2015, 5, 5),
        hold_witness_contact=True,
        restriction="Trial in autumn",
    )
    sign_in(client, world.manager)
    page = url("record_practitioner_event", world.review.reference)
    answers = {"kind": "learning_event", "present": "Six health visitors"}

    held = client.post(page, {**answers, **day("held_on", datetime.date(2015, 6, 1))})
    before = client.post(page, {**answers, **day("held_on", datetime.date(2015, 5, 4))})

    assert "Wait: another process asks" in text_of(held)
    assert before.status_code == 302
    assert PractitionerEvent.objects.get().held_on == datetime.date(2015, 5, 4)
    body = text_of(client.get(url("view_review", world.review.reference)))
    assert "Those who may be witnesses are not brought together" in body
    assert "Nothing is published</li>" not in body


def test_the_family_is_not_asked_while_contact_is_held_or_not_wished(client, world):
    from casereview.actions.family import record_contact_preference
    from casereview.models import FamilyLink, Person
    from casereview.records import change

    person = Person(given_names="Mum", family_name=NAME)
    link = FamilyLink(case=world.case, person=person, relation="mother")
    with change("plant", by=None, case=world.case) as written:
        written.save(person)
        written.save(link)
    record_contact_preference(
        case=world.case, person=person, may_contact="no", why_not="Asked us not to", by=None
    )
    sign_in(client, world.manager)
    page = url("record_family_involvement", world.review.reference)
    answers = {"family": str(link.pk), **day("asked_on", timezone.localdate())}

    shown = text_of(client.get(page))
    refused = client.post(page, {**answers, "answer": "takes_part"})
    kept = client.post(page, {"family": str(link.pk), "answer": "cannot"})

    assert "Mother – contact: No" in shown and NAME not in shown
    assert "Leave this person alone" in text_of(refused)
    assert kept.status_code == 302
    row_ = FamilyInvolvement.objects.get()
    assert (row_.person, row_.answer) == (person, "cannot")
    body = text_of(client.get(url("view_review", world.review.reference)))
    assert "Mother" in body and NAME not in body


def test_your_work_says_whose_turn_it_is(client, world):
    author = make_author()
    asked = ask(world, author)

    manager = text_of(sign_in(client, world.manager).get("/"))
    agency = text_of(sign_in(client, author).get("/"))
    member = text_of(sign_in(client, world.people[Role.SCR_MEMBER]).get("/"))

    assert "Appoint a lead reviewer" in manager
    assert url("view_review_request", asked.pk) in agency
    assert "Appoint a lead reviewer" not in member
