"""Saving, renaming and deleting views of the list of cases; their names stand in no address."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from casereview import access, case_list, forms
from casereview.access import role_view
from casereview.actions import NotAllowed
from casereview.actions import saved_views as actions
from casereview.models import SavedView


class ViewNameForm(forms.Form):
    """What a view is called."""

    name = forms.PlainTextField(
        label="Name of the view",
        name="name of the view",
        help_text="Say what it lists, not whom: for example “Open in Leicester”.",
        width="20",
        max_length=60,
    )


@require_POST
@role_view("save_view")
def save_view(request: HttpRequest) -> HttpResponse:
    """Save the filters in use; the list's own filters say which codes there are."""
    chosen = case_list.filters(case_list.listed(request.user), request.POST)
    codes = {one.name: one.chosen for one in chosen if one.chosen}
    form = ViewNameForm(request.POST)
    if form.is_valid():
        try:
            actions.save_view(name=form.cleaned_data["name"], filters=codes, by=request.user)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "View saved")
            return redirect(reverse("list_cases") + case_list.address_of(chosen))
    return _page(request, form, "Save this view", codes)


@role_view("rename_view")
def rename_view(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Give a view another name."""
    view = SavedView.objects.filter(pk=pk, user=request.user.pk).first()
    if view is None:
        return access.not_found()
    posted = request.POST if request.method == "POST" else None
    form = ViewNameForm(posted, initial={"name": view.name})
    if form.is_bound and form.is_valid():
        actions.rename_view(view=view, name=form.cleaned_data["name"], by=request.user)
        messages.success(request, "View renamed")
        return redirect("list_cases")
    return _page(request, form, "Rename the view", {}, view)


@require_POST
@role_view("delete_view")
def delete_view(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Delete a view."""
    view = SavedView.objects.filter(pk=pk, user=request.user.pk).first()
    if view is None:
        return access.not_found()
    actions.delete_view(view=view, by=request.user)
    messages.success(request, "View deleted")
    return redirect("list_cases")


def _page(
    request: HttpRequest,
    form: ViewNameForm,
    heading: str,
    codes: dict[str, str],
    view: SavedView | None = None,
) -> HttpResponse:
    return render(
        request,
        "casereview/saved_view.html",
        {"form": form, "heading": heading, "codes": codes, "view": view},
    )
