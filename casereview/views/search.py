"""Find a case: what is typed travels in the body of the request and is kept nowhere."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from casereview import audit, case_list, finding, forms
from casereview.access import role_view
from casereview.rules import nhs_numbers


class FindForm(forms.Form):
    """One box for a reference, an NHS number or a family name."""

    text = forms.PlainTextField(
        label="Reference, NHS number or family name",
        name="reference, NHS number or family name",
        help_text="For example CD-2015-0007. A name may be spelt nearly right.",
        width="20",
        min_length=2,
        error_messages={"min_length": "Enter at least 2 letters of the name"},
    )

    def clean_text(self) -> str:
        """Refuse a number that is no NHS number: no name is made of digits."""
        text = self.cleaned_data["text"]
        if nhs_numbers.normalise(text).isdecimal():
            forms.NhsNumberField().clean(text)
        return text


@role_view("find_case")
def find_case(request: HttpRequest) -> HttpResponse:
    """Search the cases the reader may see; the log says how, and how many were found."""
    form = FindForm(request.POST if request.method == "POST" else None)
    context: dict = {"form": form, "found": None, "by_name": finding.knows_names(request.user)}
    if form.is_bound and form.is_valid():
        found = finding.find(request.user, form.cleaned_data["text"])
        audit.append(
            "find_case",
            actor=request.user,
            detail={"by": found.by, "found": [str(case.pk) for case in found.cases]},
        )
        context["found"] = found
        context["rows"] = case_list.rows(request.user, found.cases)
        context["names"] = any(row["name"] for row in context["rows"])
        context["most"] = finding.MOST_NAMES
    return render(request, "casereview/find_case.html", context)
