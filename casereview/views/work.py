"""Your work: the first page of everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from casereview import access, demo, navigation, work_list
from casereview.access import role_view


@role_view("your_work")
def your_work(request: HttpRequest) -> HttpResponse:
    """Show what the reader has to do, the most urgent first, and what they can begin.

    With a group, and a kind of act, the page behind a count: exactly what was counted.
    """
    today = timezone.localdate()
    items = work_list.items_of(request.user, today)
    key = request.GET.get("group", "")
    if key in dict(work_list.GROUPS):
        code = request.GET.get("of", "")
        group = work_list.one_group(items, key, code, today)
        title = group["items"][0]["task"] if code and group["items"] else group["title"]
        return render(request, "casereview/work_group.html", {"group": group, "title": title})
    groups = work_list.grouped(items, today)
    return render(
        request,
        "casereview/your_work.html",
        {
            "groups": groups,
            "anything": bool(items),
            "counts": work_list.counts(groups),
            "meeting": work_list.next_meeting(request.user, today),
            "beginnings": work_list.beginnings(request.user, brief=bool(items)),
            "roles": sorted(role.label for role in access.roles_of(request.user)),
        },
    )


@role_view("list_pages")
def list_pages(request: HttpRequest) -> HttpResponse:
    """Show every page the reader may open, in groups, each with what it is for."""
    groups = navigation.all_pages(request.user)
    messages_shown = demo.is_demo() and access.can(request.user, "view_demo_messages")
    page = {"groups": groups, "messages_shown": messages_shown}
    return render(request, "casereview/all_pages.html", page)
