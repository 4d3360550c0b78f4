"""What a new installation still lacks before the first real case: counts in, steps out."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    """Counts of what is there; nothing of any case."""

    administrators: int
    auditors_apart: int
    panels: int
    panels_without_board: int
    panels_without_quorum: int
    panels_without_manager: int
    panels_without_chair: int
    boards_served: int
    boards_without_telephone: int
    agencies: int
    agencies_unreachable: int
    lists_reconstructed: int
    retention_kinds: int
    retention_settled: int
    holidays_known_until: int
    this_year: int
    named: bool
    own_texts: int
    sends_from: str
    backed_up: bool
    drilled: bool
    key_backup: bool


@dataclass(frozen=True)
class Step:
    """One step: done or not, what was found, and the one page where it is done."""

    title: str
    done: bool
    said: str
    page: str = ""
    link: str = ""
    # Where no page can do it: the setting, which whoever runs the server changes.
    setting: str = ""
    # Good to have; the first case need not wait for it.
    may_wait: bool = False


def steps(f: Found) -> list[Step]:
    """Return the steps in the order in which they are best done."""
    return [
        Step(
            "Two administrators",
            f.administrators >= 2,
            _count(f.administrators, "administrator") + ": what one proposes, another agrees to",
            "view_people",
            "People",
        ),
        Step(
            "An auditor who is no administrator",
            f.auditors_apart > 0,
            "Reads the log of whoever looked and changed, and receives its checkpoints",
            "view_people",
            "People",
        ),
        Step(
            "Areas, boards and panels",
            f.panels > 0 and not f.panels_without_board,
            f"{_count(f.panels, 'panel')}, {_count(f.boards_served, 'board')} served: "
            "see that they are yours"
            + (f"; {f.panels_without_board} serving none" if f.panels_without_board else ""),
            "view_panels",
            "Panels",
        ),
        Step(
            "Each panel’s quorum",
            f.panels > 0 and not f.panels_without_quorum,
            _lacking(f.panels_without_quorum, f.panels, "still on the rule of half its members"),
            "view_panels",
            "Panels",
        ),
        Step(
            "A manager for each panel",
            f.panels > 0 and not f.panels_without_manager,
            _lacking(f.panels_without_manager, f.panels, "without a manager"),
            "view_people",
            "People",
        ),
        Step(
            "A chair for each panel",
            f.panels > 0 and not f.panels_without_chair,
            _lacking(f.panels_without_chair, f.panels, "without a chair"),
            "view_people",
            "People",
        ),
        Step(
            "Agencies, and whom to write to",
            f.agencies > 0 and not f.agencies_unreachable,
            _count(f.agencies, "agency", "agencies")
            + (
                f", {f.agencies_unreachable} without lead, address or contact"
                if f.agencies_unreachable
                else ""
            ),
            "view_agencies",
            "Agencies",
        ),
        Step(
            "Whom to telephone about a child at risk",
            f.boards_served > 0 and not f.boards_without_telephone,
            _lacking(f.boards_without_telephone, f.boards_served, "without a number", "board"),
            "view_panels",
            "Panels",
        ),
        Step(
            "How long papers are kept",
            f.retention_settled >= f.retention_kinds,
            f"{f.retention_settled} of {f.retention_kinds} kinds of papers have your policy",
            "view_retention",
            "Retention",
        ),
        Step(
            "Lists, forms, letters and clocks",
            not f.lists_reconstructed,
            f"{f.lists_reconstructed} lists are reconstructed: compare them with your own papers, "
            "and do not call them statutory"
            if f.lists_reconstructed
            else "All were read in their source",
            "view_code_lists",
            "Lists",
            may_wait=True,
        ),
        Step(
            "Bank holidays",
            f.holidays_known_until > f.this_year,
            "Those of England and Wales are known until at least "
            f"{f.holidays_known_until}. A day proclaimed once is added there",
            "view_holidays",
            "Bank holidays",
            may_wait=True,
        ),
        Step(
            "Name and colour",
            f.named,
            "The name on every page, and the colour of its head",
            "change_branding",
            "Name and colour",
            may_wait=True,
        ),
        Step(
            "Letters, messages and support for readers",
            f.own_texts > 0,
            _count(f.own_texts, "text") + " worded by your area: begin with where readers turn"
            if f.own_texts
            else "All are worded by this software: see that they fit, and where readers turn",
            "view_local_texts",
            "Letters and other texts",
            may_wait=True,
        ),
        Step(
            "Sender of messages",
            not f.sends_from.endswith("@localhost"),
            f"Messages come from {f.sends_from}",
            setting="DEFAULT_FROM_EMAIL, EMAIL_HOST",
        ),
        Step(
            "To whom backups of the keys are sealed",
            f.key_backup,
            "Without it the keys cannot be backed up, and losing them loses every case",
            setting="BACKUP_PUBLIC_KEY",
        ),
        Step(
            "A backup, and a restore tried from it",
            f.backed_up and f.drilled,
            "Both were done"
            if f.backed_up and f.drilled
            else "No restore was tried yet"
            if f.backed_up
            else "No backup was made yet",
            "view_status",
            "Status",
        ),
    ]


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _lacking(number: int, of: int, what: str, one: str = "panel") -> str:
    return f"{number} of {_count(of, one)} {what}" if number else f"All of {_count(of, one)} done"
