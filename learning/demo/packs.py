"""The papers of the next meeting: built, searched for leaks, answered and issued."""

from casereview.actions.leaks import answer_leak_hit, of_document
from casereview.meetings import agenda_for
from casereview.models import LeakHit, Meeting, Pack
from cdop.actions.packs import ask_for_pack, check_again, issue_pack, ready
from cdop.pack_building import build_pack

# More rounds than a demo's texts need: each answers what the one before still found.
ROUNDS = 3


def bring_in(meeting: Meeting, manager) -> None:
    """Issue the papers of a meeting, every word that the leak test found replaced."""
    cases = [item.case for item in agenda_for(manager, meeting)]
    pack = ask_for_pack(meeting=meeting, cases=cases, by=manager)
    for _ in range(ROUNDS):
        build_pack(pack.pk)
        pack = Pack.objects.select_related("meeting__panel", "asked_by").get(pk=pack.pk)
        if ready(pack):
            issue_pack(pack=pack, by=manager)
            return
        for hit in of_document(pack.pk).filter(answer=LeakHit.Answer.WAITING):
            row = LeakHit.objects.select_related("case").get(pk=hit.pk)
            if not row.answer:
                answer_leak_hit(hit=row, answer=LeakHit.Answer.REPLACE_ALL, by=manager)
        check_again(pack=pack, by=manager)
