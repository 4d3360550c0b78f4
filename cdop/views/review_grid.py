"""Recording the grid of a panel review, domain by domain, and coding its modifiable lines."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from casereview import access
from casereview.access import case_view
from casereview.actions import NotAllowed
from casereview.forms import error_links
from casereview.models import Case
from casereview.records import Conflict
from cdop import actions
from cdop.actions.standing_review import label_of, lines_of, lines_seen, review_of
from cdop.form_sets import form_of
from cdop.form_sets import lists as form_lists
from cdop.forms import review as forms
from cdop.forms.review_grid import grid
from cdop.rules.review_checks import DOMAINS
from cdop.views import review_shown
from cdop.views.review_pages import CONFLICT, closed, left_over, next_page
from cdop.views.reviews import page


@case_view("record_panel_review")
def record_factors(request: HttpRequest, case: Case, domain: str) -> HttpResponse:
    """Record one domain of the grid."""
    if domain not in (*DOMAINS, "other"):
        return access.not_found()
    review = review_of(case)
    if sent_back := closed(request, case, review):
        return sent_back
    lines = lines_of(review, domain)
    known = form_lists(form_of(review))
    typed = request.POST if request.method == "POST" else None
    rows = _grid(case, domain, lines, known, typed)
    saved: list[review_shown.ShownLine] = []
    lost: list[str] = []
    if typed is not None and rows.is_valid():
        try:
            actions.record_factors(
                case=case,
                by=request.user,
                domain=domain,
                seen=typed.get("seen", ""),
                lines=rows.lines(),
            )
            return redirect(_after_domain(case, domain))
        except NotAllowed as refusal:
            rows.refuse(str(refusal))
        except Conflict:
            lines = lines_of(review_of(case), domain)
            rows = _grid(case, domain, lines, known, typed)
            rows.is_valid()
            rows.refuse(CONFLICT)
            names = dict(review_shown.themes())
            lost = left_over(typed, "line", [line.pk for line in lines])
            saved = [review_shown.shown_line(line, names) for line in lines]
    listed = known.domain.get(domain)
    return render(
        request,
        "cdop/review/factors.html",
        page(
            request,
            case,
            grid=rows,
            domain=domain,
            title=listed.label if listed else "Not placed in a domain",
            covers=listed.definition if listed else "",
            domains=[
                {"code": code, "url": reverse("cdop:record_factors", args=[case.reference, code])}
                for code in DOMAINS
            ],
            scale=known.influence.codes,
            seen=lines_seen(lines),
            saved=saved,
            lost=lost,
        ),
    )


def _grid(case, domain, lines, known, typed):
    return grid(
        domain,
        lines,
        known,
        typed,
        review_shown.identifying(case) if typed is not None else (),
        {line.pk: label_of(line) for line in lines},
    )


def _after_domain(case: Case, domain: str) -> str:
    if domain in DOMAINS[:-1]:
        following = DOMAINS[DOMAINS.index(domain) + 1]
        return reverse("cdop:record_factors", args=[case.reference, following])
    uncoded = [
        line
        for line in lines_of(review_of(case))
        if line.modifiable == "Y" and not (line.modifiable_factor and line.theme)
    ]
    return review_shown.page_url(case, "coding") if uncoded else next_page(case, "factors")


@case_view("record_panel_review")
def name_modifiable_factors(request: HttpRequest, case: Case) -> HttpResponse:
    """Ask once what the list does not settle: which modifiable factor, and which theme."""
    review = review_of(case)
    if sent_back := closed(request, case, review):
        return sent_back
    lines = [line for line in lines_of(review) if line.modifiable == "Y"]
    typed = request.POST if request.method == "POST" else None
    themes = review_shown.themes()
    rows = [
        (
            line,
            forms.CodingRow(
                typed,
                prefix=f"line-{line.pk}",
                themes=themes,
                initial={"code": line.modifiable_factor, "theme": line.theme},
            ),
        )
        for line in lines
    ]
    errors = []
    if typed is not None and rows:
        if all([form.is_valid() for _, form in rows]):
            try:
                actions.name_modifiable_factors(
                    case=case,
                    by=request.user,
                    codings={
                        line.pk: (form.cleaned_data["code"], form.cleaned_data["theme"])
                        for line, form in rows
                    },
                )
                return redirect(next_page(case, "factors"))
            except NotAllowed as refusal:
                rows[0][1].add_error(None, str(refusal))
            except Conflict:
                rows[0][1].add_error(None, CONFLICT)
        errors = [link for _, form in rows for link in error_links(form)]
    shown = [
        {"line": review_shown.shown_line(line, dict(themes)), "form": form} for line, form in rows
    ]
    return render(
        request,
        "cdop/review/coding.html",
        page(request, case, rows=shown, errors=errors, onward=next_page(case, "factors")),
    )
