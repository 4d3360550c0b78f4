"""Taking in agencies and their contacts from a file: all, or none."""

import uuid
from collections.abc import Sequence

from casereview.models import Agency, AgencyContact
from casereview.records import change
from casereview.rules.agency_file import AgencyRow


def import_agencies(*, rows: Sequence[AgencyRow], by) -> tuple[int, int]:
    """Add the agencies and contacts that are not there; return how many of each.

    An agency of the same name and board, and a contact of the same name there, are left as they
    are: the same file a second time changes nothing.
    """
    agencies = {
        (one.name.casefold(), str(one.board_id or "")): one
        for one in Agency.objects.filter(retired_on=None)
    }
    contacts = {
        (agency, name.casefold())
        for agency, name in AgencyContact.objects.filter(retired_on=None).values_list(
            "agency", "name"
        )
    }
    added = told = 0
    with change("import_agencies", by=by) as written:
        for row in rows:
            agency = agencies.get((row.name.casefold(), row.board))
            if agency is None:
                agency = Agency(
                    name=row.name,
                    kind=row.kind,
                    board_id=uuid.UUID(row.board) if row.board else None,
                    email=row.email,
                    telephone=row.telephone,
                )
                written.save(agency)
                agencies[(row.name.casefold(), row.board)] = agency
                added += 1
            if row.contact and (agency.pk, row.contact["name"].casefold()) not in contacts:
                written.save(AgencyContact(agency=agency, **row.contact))
                contacts.add((agency.pk, row.contact["name"].casefold()))
                told += 1
        written.detail.update(agencies=added, contacts=told)
    return added, told
