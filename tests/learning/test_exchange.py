"""The exchange with other areas: what leaves, whose bundles are taken in, what is compared."""

import datetime
import json
import re
from dataclasses import replace
from io import BytesIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casereview import releases
from casereview.actions import NotAllowed
from casereview.management.base import Refused
from casereview.models import AuditEntry, Board, Draft, Release, StandingRole
from casereview.records import change
from casereview.releases import Audience
from casereview.rules import release_gate
from casereview.rules.access_table import Role
from cdop import statistics
from cdop.models import FactorFinding, PanelReview
from learning import exchange, exchange_page, report_figures
from learning.actions import exchange as actions
from learning.actions.themes import merge_theme
from learning.exchange_keys import is_genuine, public_key_of
from learning.models import ExchangeArea, GivenBundle, ReceivedBundle
from learning.rules.exchange_file import fingerprint, read
from learning.rules.pooling import Between
from tests import factories
from tests.html import Page
from tests.kept_out import leave
from tests.learning.exchanged import LAST, bundle_of, file_of, public_key, reviews
from tests.learning.learned import learned, theme
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

TODAY = datetime.date(LAST.ends_in, 6, 1)
IN_THE_YEAR = datetime.date(LAST.ends_in - 1, 9, 9)
YEAR = str(LAST.ends_in)


@pytest.fixture
def lead(people):
    return people[Role.LEARNING_LEAD]


@pytest.fixture
def year(db):
    """Fourteen reviews: nine with safe sleeping, three with smoking, none with consanguinity."""
    reviews(8, "safe_sleep")
    reviews(1, "safe_sleep", "smoking")
    reviews(2, "smoking")
    reviews(3)


def at(name, *args):
    return reverse(f"learning:{name}", args=args)


def words(response):
    return re.sub(r"\s+", " ", Page(response.content.decode()).words)


def give(lead, *points, years=1, **facts):
    asked = {"year": LAST.ends_in, "years": years, "read_all": True, "by": lead, **facts}
    return actions.export_learning(
        panel=factories.panel(), points=[one.pk for one in points], **asked
    )


def accept(lead, name="Northshire", **facts):
    return actions.accept_exchange_area(
        **{"name": name, "public_key": public_key(name), "by": lead, "compared": True, **facts}
    )


def take_in(lead, bundle=None, **facts):
    return actions.receive_learning(data=file_of(bundle or bundle_of("Northshire")), by=lead)


def said(made) -> dict:
    return json.loads(made.file)["content"]


# What leaves.


def test_a_bundle_holds_protected_counts_and_what_was_chosen_and_is_signed(lead, year):
    point = learned(1, IN_THE_YEAR, "safe_sleep", openness="anyone")
    learned(2, IN_THE_YEAR, "smoking", openness="anyone", statement="Not chosen")

    made = give(lead, point)

    told = said(made)
    counts = {one["code"]: one["reviews"] for one in told["themes"]}
    assert told["reviews"] == {"at_least": 14, "at_most": 14}
    assert counts["safe_sleep"] == {"at_least": 9, "at_most": 9}
    assert counts["smoking"] == {"at_least": 1, "at_most": 4}
    assert counts["consanguinity"] == {"at_least": 0, "at_most": 0}
    assert [one["statement"] for one in told["learning"]] == [point.statement]
    assert told["learning"][0]["year"] == LAST.ends_in
    found = read(made.file.encode())
    assert is_genuine(found) and found.public_key == public_key_of(factories.panel())
    for never in (point.reference, "CD-20", str(lead.pk), lead.name, "Example", "Ada"):
        assert never not in made.file, never
    assert not re.search(r"\d{4}-\d{2}|\d{1,2}/\d", made.file)
    assert made.release == Release.objects.get()
    assert AuditEntry.objects.filter(action="export_learning", outcome="done").exists()
    assert AuditEntry.objects.filter(action="sign_learning_bundle").exists()


def test_the_very_same_again_is_the_same_bundle_and_more_is_the_next_edition(lead, year):
    point = learned(1, IN_THE_YEAR, "safe_sleep", openness="anyone")

    first = give(lead)
    again = give(lead)
    more = give(lead, point)

    assert again.pk == first.pk
    assert (first.edition, more.edition) == (1, 2)
    assert GivenBundle.objects.count() == 2


def test_what_is_hidden_is_worked_out_before_others_have_to_wait(lead, year, monkeypatch):
    release_gate.settle.cache_clear()
    depths, really = [], release_gate._once

    def watched(*args, **facts):
        depths.append(len(connection.savepoint_ids))
        return really(*args, **facts)

    monkeypatch.setattr(release_gate, "_once", watched)
    give(lead)

    assert set(depths) == {len(connection.savepoint_ids)}


def test_with_what_was_given_before_no_small_number_is_given_away(lead, year):
    give(lead)
    review = PanelReview.objects.exclude(findings__theme="safe_sleep").first()
    with change("correct_record", by=None) as written:  # nine and ten would tell of this one
        written.save(
            FactorFinding(
                case=review.case, review=review, present="Y", modifiable="Y", theme="safe_sleep"
            )
        )

    told = said(give(lead))["themes"]

    counts = {one["code"]: one["reviews"] for one in told}
    assert counts["safe_sleep"]["at_least"] != counts["safe_sleep"]["at_most"]


def test_the_total_is_that_of_the_statistics_so_both_are_reckoned_with(lead, year):
    of = report_figures.about(factories.panel(), LAST)
    releases.give(
        statistics.tables_of(of.asked(1, Audience.PUBLIC)),
        Audience.PUBLIC,
        by=lead,
        title="Reviews",
        action="view_statistics",
    )
    reviews(1)  # the statistics gave fourteen

    with pytest.raises(NotAllowed, match="number of reviews may not be given"):
        give(lead)
    assert not GivenBundle.objects.exists()


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"read_all": False}, "Confirm"),
        ({"year": LAST.ends_in + 1}, "has ended"),
        ({"years": 2}, "one, three or five"),
    ],
)
def test_nothing_leaves_unread_or_of_a_year_that_runs(lead, year, facts, why):
    with pytest.raises(NotAllowed, match=why):
        give(lead, **facts)
    assert not Release.objects.exists()


def test_too_few_reviews_are_not_given_at_all(lead):
    reviews(3, "smoking")

    with pytest.raises(NotAllowed, match="number of reviews may not be given"):
        give(lead)
    assert not Release.objects.exists()


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"openness": "readers"}, "may not be given"),
        ({"state": "proposed"}, "may not be given"),
        ({"learned_on": datetime.date(2001, 9, 9)}, "may not be given"),
        ({"statement": "Seen on 3 March 2014"}, "LP-2001-0001"),
        ({"statement": "Wrenfield was known to nobody"}, "LP-2001-0001"),
        ({"why_it_matters": "As Wrenfield shows"}, "LP-2001-0001"),
    ],
)
def test_what_is_not_open_or_names_somebody_does_not_leave(lead, facts, why):
    reviews(1, family_name="Wrenfield")
    wanted = {"openness": "anyone", **facts}
    point = learned(1, wanted.pop("learned_on", IN_THE_YEAR), "safe_sleep", **wanted)

    with pytest.raises(NotAllowed, match=why) as refused:
        give(lead, point)
    assert "Wrenfield" not in str(refused.value)
    assert not GivenBundle.objects.exists() and not Release.objects.exists()


def test_a_theme_that_began_meanwhile_is_left_out_and_a_merged_one_counts_for_the_other(lead, year):
    reviews(6)
    merge_theme(theme=theme("smoking"), into=theme("safe_sleep"), by=lead, reason="The same")
    one = theme("consanguinity")
    one.since = LAST.first_day + datetime.timedelta(days=30)
    with change("change_theme", by=None) as written:
        written.save(one)

    counts = {each["code"]: each["reviews"] for each in said(give(lead))["themes"]}

    assert counts["safe_sleep"] == {"at_least": 11, "at_most": 11}
    assert "smoking" not in counts and "consanguinity" not in counts


# What is taken in.


def test_only_a_key_that_was_compared_is_accepted_and_on_record(lead, people):
    for facts, why in (
        ({"compared": False}, "compared the fingerprint"),
        ({"public_key": "abc"}, "64 digits"),
        ({"name": " "}, "name"),
        ({"public_key": public_key_of(factories.panel())}, "panel here"),
    ):
        with pytest.raises(NotAllowed, match=why):
            accept(lead, **facts)
    area = accept(people[Role.ADMINISTRATOR])

    with pytest.raises(NotAllowed, match="already"):
        accept(lead)
    entry = AuditEntry.objects.filter(action="accept_exchange_area", outcome="done").get()
    assert json.loads(entry.detail)["fingerprint"] == fingerprint(area.public_key)


def test_a_bundle_is_taken_in_once_and_a_later_edition_stands_in_for_it(lead):
    with pytest.raises(actions.NotAccepted):
        take_in(lead)
    accept(lead)

    first, new = take_in(lead)
    again, newly = take_in(lead)
    later, _ = take_in(lead, bundle_of("Northshire", edition=2))

    assert new and not newly and again.pk == first.pk
    assert ReceivedBundle.objects.count() == 2
    assert [row.pk for row, _ in exchange_page.current_bundles()] == [later.pk]
    assert [one["replaced"] for one in exchange_page.received_from(later.area)] == [False, True]
    with pytest.raises(NotAllowed, match="later edition"):
        take_in(lead, bundle_of("Northshire", {"smoking": Between(9, 9)}, learning=()))
    with pytest.raises(NotAllowed, match="same edition"):
        take_in(lead, bundle_of("Northshire", edition=2, learning=()))
    assert ReceivedBundle.objects.count() == 2


def test_another_name_another_key_and_an_ended_key_are_refused(lead):
    area = accept(lead)
    renamed = bundle_of("Southshire")

    with pytest.raises(NotAllowed, match="another name"):
        actions.receive_learning(data=file_of(renamed, signer="Northshire"), by=lead)
    forged = json.loads(file_of(bundle_of("Northshire"), signer="Mallory"))
    forged["public_key"] = public_key("Northshire")
    text = json.dumps(forged, ensure_ascii=False, sort_keys=True, indent=1)
    with pytest.raises(NotAllowed, match="signature does not hold"):
        actions.receive_learning(data=text.encode(), by=lead)
    take_in(lead)
    actions.end_exchange_area(area=area, by=lead, reason="Their laptop was stolen")
    with pytest.raises(actions.NotAccepted):
        take_in(lead, bundle_of("Northshire", edition=2))
    assert exchange_page.current_bundles() == []
    assert ReceivedBundle.objects.count() == 1


def test_our_own_bundle_is_not_taken_in(lead, year):
    with pytest.raises(NotAllowed, match="made here"):
        actions.receive_learning(data=give(lead).file.encode(), by=lead)


def test_versions_of_what_was_exchanged_are_never_changed(lead):
    accept(lead)
    take_in(lead)

    for model in (ExchangeArea, ReceivedBundle):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.history.all().delete()


# What is compared.


def three(lead, **facts):
    for name in ("Northshire", "Southshire"):
        accept(lead, name)
        take_in(lead, bundle_of(name, **facts))


def test_the_pool_holds_for_the_lowest_and_the_highest_and_needs_two_others(lead, year):
    accept(lead)
    take_in(lead)
    alone = exchange_page.compare(factories.panel(), 1, TODAY)
    accept(lead, "Southshire")
    take_in(lead, bundle_of("Southshire", {"safe_sleep": Between(2, 2), "smoking": Between(7, 7)}))

    found = exchange_page.compare(factories.panel(), 1, TODAY)
    rows = {one.theme.code: one for one in found["rows"]}

    assert all(one.others is None for one in alone["rows"]) and alone["chart"] is None
    assert str(rows["safe_sleep"].own.reviews) == "9" and str(rows["safe_sleep"].own.of) == "14"
    assert str(rows["safe_sleep"].others.reviews) == "10"
    assert str(rows["smoking"].others.reviews) == "8 to 11"
    assert rows["smoking"].unknown == 1
    assert rows["safe_sleep"].sure and found["rows"][0].theme.code == "safe_sleep"
    assert rows["consanguinity"].others is None
    assert [row.label for row in found["chart"].rows][0] == rows["safe_sleep"].theme.name


def test_a_theme_of_another_name_is_matched_through_the_themes_of_reviews(db):
    themes = exchange.themes_over(
        exchange.cover_of(report_figures.about(factories.panel(), LAST), 1)
    )
    told = bundle_of("Northshire", {"cosleeping": Between(6, 6), "smoking": Between(1, 4)})
    crossed = replace(told.themes[0], review_themes=("T02.03",))

    found = exchange_page.matched(
        replace(told, themes=(crossed, *told.themes[1:])), themes, {"T02.03": "safe_sleep"}
    )
    lost = exchange_page.matched(told, themes, {"T02.03": "safe_sleep"})

    assert found["safe_sleep"].reviews == Between(6, 6)
    assert set(lost) == {"smoking"}


# Pages.


def test_who_compares_who_gives_and_who_accepts(people, outsider):
    pages = ("view_exchange", "export_learning", "receive_learning", "list_exchange_areas")
    expected = {
        Role.LEARNING_LEAD: (200, 200, 200, 200),
        Role.CDR_MANAGER: (200, 403, 403, 403),
        Role.PANEL_MEMBER: (200, 403, 403, 403),
        Role.PANEL_CHAIR: (200, 403, 403, 403),
        Role.BOARD_MANAGER: (403, 403, 403, 403),
        Role.ADMINISTRATOR: (403, 403, 403, 200),
        Role.AUDITOR: (403, 403, 403, 403),
        None: (403, 403, 403, 403),
    }
    for role, statuses in expected.items():
        client = sign_in(Client(), people[role] if role else outsider)
        assert tuple(client.get(at(name)).status_code for name in pages) == statuses, role
    assert Client().get(at("view_exchange")).status_code == 302


def test_the_learning_lead_gives_a_bundle_having_seen_all_of_it(lead, year):
    point = learned(1, IN_THE_YEAR, "safe_sleep", openness="anyone", statement="A <b>sofa</b>")
    reviews(1, family_name="Wrenfield")
    named = learned(2, IN_THE_YEAR, "safe_sleep", openness="anyone", statement="Wrenfield did")
    client = sign_in(Client(), lead)

    page = client.post(at("export_learning"), {"year": YEAR, "years": "1"}, follow=True)
    address = page.request["PATH_INFO"]
    leaking = client.post(address, {"points": [str(named.pk)], "choose": "yes"})
    unread = client.post(address, {"make": "yes"})
    shown = client.post(address, {"points": [str(point.pk)], "choose": "yes"}, follow=True)
    done = client.post(address, {"make": "yes", "read_all": "on"}, follow=True)

    assert "1 to 4" in words(page) and "A <b>sofa</b>" in words(page)
    assert "Leave out what tells who somebody of a case is: LP-2001-0002" in words(leaking)
    assert "Confirm that you have read all that leaves" in words(unread)
    assert "A &lt;b&gt;sofa&lt;/b&gt;" in shown.content.decode()
    assert "Edition 1 is made" in words(done) and not Draft.objects.exists()
    made = GivenBundle.objects.get()
    saved = client.get(at("save_bundle", made.pk))
    assert saved.content.decode() == made.file
    assert f"learning-llr-{YEAR}-{YEAR}-edition-1.json" in saved["Content-Disposition"]
    assert AuditEntry.objects.filter(key=made.pk, action="export_learning").exists()


def test_giving_and_saving_need_a_fresh_proof(lead, year):
    made = give(lead)
    client = sign_in(Client(), lead, proved=False)

    assert client.get(at("save_bundle", made.pk)).status_code == 302
    for page in (at("check_export", made.pk), at("save_bundle", made.pk)):
        assert made.digest not in client.get(page).content.decode()


def test_a_bundle_of_an_unknown_key_leads_to_accepting_it_and_back(lead, year):
    client = sign_in(Client(), lead)
    file = file_of(bundle_of("Northshire"))

    broken = client.post(at("receive_learning"), {"file": BytesIO(file.replace(b"8", b"9"))})
    assert "There is a problem" in words(broken) and not Draft.objects.exists()
    page = client.post(at("receive_learning"), {"file": BytesIO(file)}, follow=True)
    address = page.request["PATH_INFO"]
    assert fingerprint(public_key("Northshire")) in words(page)
    assert "Take it in" not in words(page)
    client.post(address, {})
    assert not ReceivedBundle.objects.exists()
    draft = Draft.objects.get()
    accepting = f"{at('accept_exchange_area')}?bundle={draft.pk}"
    shown = client.get(accepting)
    assert fingerprint(public_key("Northshire")) in words(shown)
    facts = {"name": "Northshire", "public_key": public_key("Northshire")}
    assert "Confirm that you compared" in words(client.post(accepting, facts))
    back = client.post(accepting, {**facts, "compared": "on"}, follow=True)
    assert back.request["PATH_INFO"] == address and "Take it in" in words(back)
    taken = client.post(address, {}, follow=True)
    assert "The bundle is taken in" in words(taken)
    assert "A sofa was used as a bed" in words(taken)
    areas = words(client.get(at("list_exchange_areas")))
    assert "Northshire" in areas
    assert fingerprint(public_key_of(factories.panel())) in areas
    ended = client.post(
        at("end_exchange_area", ExchangeArea.objects.get().pk), {"reason": "Stolen"}, follow=True
    )
    assert "not accepted any longer" in words(ended)


def test_the_page_says_what_it_cannot_and_asks_the_database_a_constant_number_of_times(
    lead, people, year
):
    client = sign_in(Client(), people[Role.PANEL_MEMBER])
    alone = words(client.get(at("view_exchange") + "?years=1"))
    three(lead)
    page = words(client.get(at("view_exchange") + "?years=1"))
    shown, folded = page.split("Themes whose difference may be chance")

    assert "What this cannot say" in page and "Northshire" in page
    # With nobody to compare with nothing is folded away; then what says nothing is.
    assert "No other area counts it" in alone and "Themes whose difference" not in alone
    assert "No other area counts it" in folded and "No other area counts it" not in shown
    assert "by more than chance explains" in shown
    client.get(at("view_exchange"))
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(at("view_exchange"))
    for number in range(3):
        accept(lead, f"Area {number}")
        take_in(lead, bundle_of(f"Area {number}"))
    with CaptureQueriesContext(connection) as many:
        client.get(at("view_exchange"))
    assert len(many) == len(few)
    for wrong in ("?panel=NOPE", "?panel=%00"):
        assert client.get(at("view_exchange") + wrong).status_code == 404


def test_the_panel_and_drafts_of_others_are_not_there(lead, year, people):
    made = give(lead)
    client = sign_in(Client(), lead)
    page = client.post(at("receive_learning"), {"file": BytesIO(file_of(bundle_of("N")))})
    other = factories.make_user(Role.LEARNING_LEAD)
    role = StandingRole.objects.get(user=other)
    with change("give_role", by=None) as written:
        role.board = Board.objects.get(code="NOTTINGHAM")
        written.save(role)
    elsewhere = sign_in(Client(), other)

    assert elsewhere.get(page["Location"]).status_code == 404
    assert elsewhere.get(at("save_bundle", made.pk)).status_code == 404
    assert elsewhere.get(at("view_exchange") + "?panel=LLR").status_code == 404
    assert elsewhere.get(at("check_export", made.pk)).status_code == 404


def test_who_has_left_neither_reads_nor_gives_nor_takes_in(lead, year, tmp_path):
    area = accept(lead)
    received, _ = take_in(lead)
    made = give(lead)
    client = sign_in(Client(), lead)
    begun = client.post(at("export_learning"), {"year": YEAR, "years": "1"})["Location"]
    assert client.get(begun).status_code == 200
    pages = [
        *(at(name) for name in ("view_exchange", "export_learning", "receive_learning")),
        *(at("list_exchange_areas"), at("accept_exchange_area"), begun),
        *(at("save_bundle", made.pk), at("view_received", received.pk)),
        at("end_exchange_area", area.pk),
    ]
    leave(lead)

    for page in pages:
        for response in (client.get(page), client.post(page, {"make": "yes", "reason": "Gone"})):
            assert response.status_code == 302, page
            assert "/accounts/login/" in response["Location"], page
    with pytest.raises(Refused):
        call_command("export_learning", str(tmp_path / "a"), "--year", YEAR, "--by", lead.email)
    area.refresh_from_db()
    assert area.ended_at is None and GivenBundle.objects.count() == 1
    assert list(tmp_path.iterdir()) == []


# The second door.


def test_the_commands_give_and_take_in_through_the_same_gate(lead, year, tmp_path, capsys):
    out = tmp_path / "bundle.json"
    call_command("export_learning", str(out), "--year", YEAR, "--years", "1", "--by", lead.email)
    assert out.read_text("utf-8") == GivenBundle.objects.get().file
    with pytest.raises(Refused, match="exists"):
        call_command("export_learning", str(out), "--year", YEAR, "--by", lead.email)

    theirs = tmp_path / "theirs.json"
    theirs.write_bytes(file_of(bundle_of("Northshire")))
    with pytest.raises(Refused, match="not accepted"):
        call_command("import_learning", str(theirs), "--by", lead.email)
    accept(lead)
    capsys.readouterr()
    call_command("import_learning", str(theirs), "--by", lead.email, "--json")
    call_command("import_learning", str(theirs), "--by", lead.email, "--json")
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (first["new"], second["new"]) == (True, False)
    outsider = factories.make_user(Role.PANEL_MEMBER)
    with pytest.raises(Refused, match="may not"):
        call_command("import_learning", str(theirs), "--by", outsider.email)
