"""The messages of a demo, which sends none: shown as a page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from casereview import access, demo, outbox
from casereview.access import role_view
from casereview.models import OutboxMessage

AT_ONCE = 50
STATES = {
    OutboxMessage.State.WAITING: "waits to go",
    OutboxMessage.State.SENT: "would have gone",
    OutboxMessage.State.GIVEN_UP: "given up",
}


@role_view("view_demo_messages")
def view_demo_messages(request: HttpRequest) -> HttpResponse:
    """Show what a demo would have sent; anywhere else there is no such page."""
    if not demo.is_demo():
        return access.not_found()
    latest = OutboxMessage.objects.select_related("to_user", "to_contact").order_by("-pk")
    shown = []
    for one in latest[:AT_ONCE]:
        subject, body = outbox.text_of(one, for_its_reader=False)
        to = one.to_user or one.to_contact
        shown.append(
            {
                "pk": one.pk,
                "to": to.name if to else "",
                "made_at": one.made_at,
                "state": STATES[OutboxMessage.State(one.state)],
                "subject": subject,
                "body": body,
            }
        )
    page = {"messages_shown": shown, "full": len(shown) == AT_ONCE}
    return render(request, "casereview/demo_messages.html", page)
