"""What is listed is what may be done, and a no never opens anything: in many random worlds.

Some dozens of worlds are drawn here; `CASEREVIEW_WORLDS=10000 pytest -m long` draws them all.
"""

import os
import random

import pytest
from django.db import transaction

from casereview import access
from tests import worlds

pytestmark = pytest.mark.django_db
SAMPLE, BATCH = 60, 50
WHOLE = int(os.environ.get("CASEREVIEW_WORLDS", "10000"))


def seen(user, world) -> dict[str, tuple[set, set]]:
    """Return for each action the keys listed to a person, and of the cases where they may."""
    with access.remembering():
        each = {it: access.may_each(user, it, world.cases) for it in worlds.ACTIONS}
    with access.remembering():
        found = {
            action: (
                set(access.visible_to(user, action).values_list("pk", flat=True)),
                {case.pk for case in world.cases if access.can(user, action, case)},
            )
            for action in worlds.ACTIONS
        }
    assert each == {action: may for action, (_, may) in found.items()}
    return found


def check(seed: int, first: int, number: int) -> None:
    """Draw some worlds, and compare the door with what should be; then add a no to each."""
    rng, permissions = random.Random(seed), worlds.permissions()  # noqa: S311 - a drawn test
    drawn = [worlds.draw(rng, first + n, permissions) for n in range(number)]
    worlds.insert(drawn)
    everywhere = {case.pk for world in drawn for case in world.cases if not case.disposed_at}
    for place, world in enumerate(drawn):
        where = f"seed {seed}, world {first + place}"
        before = {}
        for user in world.users:
            for action, (listed, may) in seen(user, world).items():
                should = {c.pk for c in world.cases if worlds.may(world, user, action, c)}
                own = listed & {case.pk for case in world.cases}
                assert may == should, (where, user.email, action)
                assert own == should, (where, user.email, action)
                # Beyond the own world only a role that may do it anywhere reaches.
                assert listed == own or listed <= everywhere
                before[user, action] = (own, may)
        no = worlds.deny(rng, world)
        worlds.write(no)
        for user in world.users:
            for action, (listed, may) in seen(user, world).items():
                own = listed & {case.pk for case in world.cases}
                assert own == may, (where, user.email, action, no)
                assert may <= before[user, action][1], (where, user.email, action, no)


def test_what_is_listed_is_what_may_be_done_and_a_no_opens_nothing():
    check(seed=2015, first=0, number=SAMPLE)


@pytest.mark.long
def test_in_every_one_of_many_worlds():
    for first in range(0, WHOLE, BATCH):
        with transaction.atomic():
            check(seed=first, first=first, number=min(BATCH, WHOLE - first))
            transaction.set_rollback(True)
