"""The access table in words, for the README: `python -m tests.architecture.access_in_words`."""

from casereview.rules.access_table import TABLE, Role, Where
from casereview.rules.second_person import NEEDED, who_words

IN_WORDS = {
    Where.ANYWHERE: "",
    Where.CASE: " (case)",
    Where.OWN: " (own)",
    Where.MEETING: " (meeting)",
}


def table() -> str:
    """Return the table as Markdown: one row an action."""
    lines = ["| action | who may |", "| --- | --- |"]
    for action, cells in TABLE.items():
        if len(cells) == len(Role):
            who = "everybody who is signed in"
        else:
            who = ", ".join(role.label + IN_WORDS[cells[role]] for role in Role if role in cells)
        if action in NEEDED:
            who += f"; with {who_words(NEEDED[action])}"
        lines.append(f"| `{action}` | {who} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
