"""The same pages and actions without permission, decryption, history and audit.

Only for measuring what these cost: nothing here is ever imported by the product. What is left is
the page itself – its queries, its forms, its template – over the same rows.
"""

import contextlib
import uuid
from collections.abc import Iterator
from unittest import mock

from casereview import access, audit, crypto, history, keys, records
from casereview.models import Case
from casereview.rules.access_table import Role, roles_for

ROLE = Role.CDR_MANAGER


class Opened:
    """What sealed values say, learned while they were opened for real."""

    def __init__(self) -> None:
        self.plain: dict[bytes, bytes] = {}

    @contextlib.contextmanager
    def learning(self) -> Iterator[None]:
        """Open as always, and remember."""
        real = crypto.open_sealed

        def remember(key, where, blob):
            self.plain[bytes(blob)] = found = real(key, where, blob)
            return found

        with mock.patch.object(crypto, "open_sealed", remember):
            yield


@contextlib.contextmanager
def unguarded(panel: uuid.UUID, opened: Opened) -> Iterator[None]:
    """Take the four away: the reader holds one role everywhere and sees the cases of `panel`."""

    def everything(user, action="view_case"):
        return Case.objects.filter(panel=panel)

    def role(user, action, case=None):
        # By the table alone, so that the page shows what it always shows to this role.
        return ROLE if ROLE in roles_for(action) else ""

    def nothing(*args, **kwargs):
        return None

    with contextlib.ExitStack() as stack:
        put = lambda *what: stack.enter_context(mock.patch.object(*what))  # noqa: E731
        put(access, "acting_role", role)
        put(access, "can", lambda *args: bool(role(*args)))
        put(access, "visible_to", everything)
        put(access, "not_kept_from", lambda user, standing=None: everything(user))
        put(audit, "append", nothing)
        put(keys, "prefetch", nothing)
        put(keys, "opening_key", nothing)
        put(keys, "sealing_key", lambda *owner: (1, b""))
        put(crypto, "open_sealed", lambda key, where, blob: opened.plain[bytes(blob)])
        put(crypto, "seal", lambda key, epoch, where, plain: opened.plain.setdefault(plain, plain))
        put(crypto, "epoch_of", lambda blob: 1)
        put(history, "copy_rows", nothing)
        put(records, "row_code", nothing)
        yield
