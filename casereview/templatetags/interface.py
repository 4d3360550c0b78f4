"""Filters that the interface's templates need."""

from collections.abc import Iterator

from django import template
from django.core.paginator import Page
from django.forms import BaseForm

from casereview.forms import ErrorLink, error_links

register = template.Library()


@register.filter(name="error_links")
def links_of_errors(form: BaseForm) -> list[ErrorLink]:
    """List the form's errors, each with the id of the element to correct."""
    return error_links(form)


@register.filter
def page_numbers(page: Page) -> Iterator[int | str]:
    """Yield the numbers to offer around the current page, with an ellipsis for those left out."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
