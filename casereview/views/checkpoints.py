"""A checkpoint of the audit log: on the page, on paper and as a file to keep elsewhere."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from casereview import access, checkpoints, pdf, upkeep_records
from casereview.access import role_view
from casereview.checkpoints import Checkpoint
from casereview.rules.working_days import in_words
from casereview.upkeep_records import Kind


@role_view("view_checkpoint")
def view_checkpoint(request: HttpRequest) -> HttpResponse:
    """Show the checkpoint of the last entry, or of the one asked for, and when one went out."""
    one = _asked(request)
    if one is None:
        return access.not_found()
    return render(
        request,
        "casereview/checkpoint.html",
        {
            "one": one,
            "asked": "entry" in request.GET,
            "key": checkpoints.public_key(),
            "delivered": upkeep_records.last(Kind.CHECKPOINT),
            "failed": _failed_since(),
            "folder": bool(settings.CHECKPOINT_FOLDER),
        },
    )


@role_view("view_checkpoint")
def print_checkpoint(request: HttpRequest) -> HttpResponse:
    """Give a checkpoint as a page to print, sign and file."""
    one = _asked(request)
    if one is None:
        return access.not_found()
    return _file(_paper(one), "application/pdf", f"checkpoint-{one.seq}.pdf")


@role_view("view_checkpoint")
def keep_checkpoint(request: HttpRequest) -> HttpResponse:
    """Give a checkpoint as the signed file that the command verify_audit takes."""
    one = _asked(request)
    if one is None:
        return access.not_found()
    text = checkpoints.as_text(one).encode("ascii")
    return _file(text, "text/plain; charset=us-ascii", f"checkpoint-{one.seq}.txt")


def _asked(request: HttpRequest) -> Checkpoint | None:
    """Return the checkpoint that is asked for; nothing asked is the last entry."""
    entry = request.GET.get("entry", "")
    if not entry:
        return checkpoints.of_entry()
    digits = entry.isascii() and entry.isdigit() and len(entry) <= 15
    return checkpoints.of_entry(int(entry)) if digits else None


def _failed_since() -> bool:
    newest = upkeep_records.last(Kind.CHECKPOINT, succeeded=None)
    return newest is not None and not newest.succeeded


def _paper(one: Checkpoint) -> bytes:
    at = in_words(one.at.date()) if one.at else ""
    blocks: list[pdf.Block] = [
        pdf.Heading("Checkpoint of the audit log"),
        pdf.Fact("Entry", str(one.seq)),
        pdf.Fact("Made on", f"{at}, {one.at:%H:%M:%S} UTC" if one.at else ""),
        pdf.Fact("Code", one.code),
        pdf.Fact("Key of this installation", checkpoints.public_key()),
        pdf.Heading("What to do with this paper", 2),
        pdf.Words(
            "Sign and date it, and file it where nobody who runs the server can change it. It "
            "holds nothing of any case."
        ),
        pdf.Words(
            "Whoever doubts the log has the administrator run the command below. It says whether "
            "the log still holds this entry and all before it. Entries made later are not covered."
        ),
        pdf.Words(f"./run manage verify_audit --code {one.seq} {one.code}"),
        pdf.Fact("Filed by, date"),
    ]
    return pdf.draw(
        blocks, title=f"Checkpoint {one.seq}", footer=f"Case review – checkpoint {one.seq}"
    )


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
