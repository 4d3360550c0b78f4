"""The form of each year as it stands: the dated template, with what an administrator entered."""

from typing import Any

from casereview.rules.return_year import ReturnYear
from cdop import return_templates
from cdop.models import ReturnForm
from cdop.rules.annual_return import ReturnTemplate
from cdop.rules.form_entry import entered


def template_of(year: ReturnYear) -> ReturnTemplate:
    """Return the template of a year with what was entered of its form, in one query.

    Raises:
        NoTemplate: there is none.
    """
    template = return_templates.template(year)
    entry = entry_of(year)
    return entered(template, entry.content, entry.number) if entry else template


def entry_of(year: ReturnYear) -> ReturnForm | None:
    """Return the last entry of a year's form; None where nobody has entered anything."""
    return ReturnForm.objects.filter(year=year.ends_in).order_by("-number").first()


def entries_of(year: ReturnYear) -> list[ReturnForm]:
    """Return every entry of a year's form, the latest first."""
    entries = ReturnForm.objects.filter(year=year.ends_in)
    return list(entries.select_related("entered_by").order_by("-number"))


def checks_of(template: ReturnTemplate) -> dict[str, tuple[str, str]]:
    """Return each check with severity – error, warning or off – and words, as the year has them."""
    return {**return_templates.checks(), **template.checks}


def severities_of(template: ReturnTemplate) -> dict[str, str]:
    """Return each check of a year with its severity."""
    return {rule: severity for rule, (severity, _) in checks_of(template).items()}


def content_of(year: ReturnYear) -> dict[str, Any]:
    """Return what was entered of a year's form, empty where nothing was."""
    entry = entry_of(year)
    return entry.content if entry else {}
