"""Form B of one agency for the file: every question of its version, asked and answered or not."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone

from casereview.models import AgencyRequest, Child
from casereview.rules.working_days import written
from cdop.codes import code_list
from cdop.form_papers import FormPaper
from cdop.models import AgencyAnswer
from cdop.report_access import is_lead
from cdop.report_questions import NO_RECORD, answer_label, forms
from cdop.report_sight import Relative, Report, report_of
from cdop.rules.form_papers import (
    NOT_ANSWERED,
    NOT_ASKED,
    NOT_FOR_AGENCY,
    NOT_RECORDED,
    Line,
    Part,
    whole_form,
)
from cdop.rules.report_forms import FormSection, Question, is_asked, people_for, version_on

NO_RECORD_SAID = "Not answered: the agency has no record of this child or family"
HEAD = ("B001", "B002", "B003")


def for_the_file(request: AgencyRequest) -> FormPaper:
    """Return the whole report as the panel's manager holds it: only what was handed in."""
    report = report_of(request)
    report.rows = {key: row for key, row in report.rows.items() if row.handed_in_at}
    return _paper(report, report.sections, whole=True)


def for_the_agency(user, request: AgencyRequest) -> FormPaper:
    """Return the report as one of the agency's people sees it: the sections that are theirs."""
    report = report_of(request)
    return _paper(report, report.belong_to(user), whole=is_lead(user, request))


def for_the_link(request: AgencyRequest) -> FormPaper:
    """Return the report as somebody sees it who answers it by a link: for the whole agency."""
    report = report_of(request)
    return _paper(report, report.belong_to(None), whole=True)


def _paper(report: Report, asked: Sequence[FormSection], *, whole: bool) -> FormPaper:
    request = report.request
    version = next(
        (one for one in forms().versions if one.code == request.form_version), None
    ) or next(one for one in forms().versions if one.code == _version(report))
    day = timezone.localdate(request.requested_at) if request.requested_at else None
    sections = whole_form(forms(), version.code, asked, day)
    if not whole:
        mine = {one.code for one in asked}
        sections = [pair for pair in sections if pair[0].code in mine]
    fields = code_list("form_b_fields")
    read = version.status == "CONFIRMED" and not any(one.reconstructed for one, _ in sections)
    return FormPaper(
        name="Form B" if version.code != "reporting" else "Reporting form",
        reference=request.case.reference,
        version=f"{version.title}, sent out from {version.since:%-d %B %Y}",
        source=f"{fields.source} ({fields.url})",
        status="CONFIRMED" if read else "RECONSTRUCTED",
        state=_state(request),
        parts=(
            _head(report),
            *(_part(report, section, questions) for section, questions in sections),
        ),
    )


def _version(report: Report) -> str:
    day = report.request.case.notified_on or report.request.case.died_on
    return version_on(forms(), day or timezone.localdate())


def _state(request: AgencyRequest) -> str:
    said = str(request.get_state_display())
    if request.returned_at:
        said += f" on {written(timezone.localdate(request.returned_at))}"
    if request.signed_off_by:
        said += f", signed off by {request.signed_off_by.name}"
    return said


def _head(report: Report) -> Part:
    """Return who the report is about and who makes it: the page that is taken off for a panel."""
    request, case = report.request, report.request.case
    child = Child.objects.filter(case=case).first()
    who: list[str] = []
    if child:
        facts: Iterable[tuple[str, Any]] = (
            ("Name", " ".join(filter(None, (child.given_names, child.family_name)))),
            ("Date of birth", written(child.born_on) if child.born_on else ""),
            ("NHS number", child.nhs_number),
            ("Sex", child.get_sex_display() if child.sex else ""),
            ("Address", ", ".join(filter(None, (child.address, child.postcode)))),
        )
        who = [f"{label}: {value or NOT_RECORDED}" for label, value in facts]
    who.append(f"Date of death: {written(case.died_on) if case.died_on else NOT_RECORDED}")
    none = AgencyAnswer.objects.filter(request=request, question=NO_RECORD).first()
    said = {
        "B001": Line("", "", "", case.reference),
        "B002": Line("", "", "", "", tuple(who)),
        "B003": Line("", "", "", request.agency.name),
    }
    fields = {one.code: one for one in code_list("form_b_fields").codes}
    lines = [
        Line(code, fields[code].label, fields[code].status, said[code].text, said[code].points)
        for code in HEAD
    ]
    if request.question:
        lines.append(Line("", "Asked of this agency in particular", "CONFIRMED", request.question))
    if none:
        said_on = written(timezone.localdate(none.said_at))
        text = f"No record of this child or family. Said by {none.said_by} on {said_on}."
        lines.append(Line("", "No record", "CONFIRMED", text))
    return Part("Whom it is about, and who reports", tuple(lines))


def _part(report: Report, section: FormSection, questions: list[tuple[Question, bool]]) -> Part:
    number = section.number or ("" if section.supplementary else section.code)
    lines: list[Line] = []
    for question, put in questions:
        lines += _asked(report, question) if put else [_line(question, None, NOT_FOR_AGENCY)]
    return Part(f"{number} {section.title}".strip(), tuple(lines))


def _asked(report: Report, question: Question) -> list[Line]:
    """Return a question with its answer about the child, or about each person it is put for."""
    everybody: Sequence[Relative | None] = people_for(question, report.relatives)
    if not everybody:
        return [_line(question, None, f"{NOT_ASKED}: nobody of the family is on record to ask of")]
    return [_answered(report, question, about) for about in everybody]


def _answered(report: Report, question: Question, about: Relative | None) -> Line:
    key = about.key if about else None
    row = report.rows.get((question.code, key))
    if row is not None and (row.code or row.text):
        words = filter(None, (answer_label(question.code, row.code), row.text))
        return _line(question, about, "\n".join(words), _provenance(row))
    if not is_asked(question, key, report.answers):
        return _line(question, about, f"{NOT_ASKED}: it hangs on the answer to another question")
    return _line(question, about, NO_RECORD_SAID if _no_record(report) else NOT_ANSWERED)


def _no_record(report: Report) -> bool:
    return report.request.state == AgencyRequest.State.NO_RECORD


def _provenance(row: AgencyAnswer) -> tuple[str, ...]:
    said = f"{row.get_how_display()} by {row.said_by or 'somebody who is not named'}"
    said += f" on {written(timezone.localdate(row.said_at))}"
    source = f"From: {row.source_of_fact}" if row.source_of_fact else ""
    seen = f"Known since {written(row.fact_on)}" if row.fact_on else ""
    return tuple(filter(None, (said, source, seen)))


def _line(
    question: Question, about: Relative | None, text: str, points: tuple[str, ...] = ()
) -> Line:
    whom = f" – {about.relation}" if about else ""
    return Line(question.code, f"{question.text}{whom}", question.status, text, points)
