"""The category of death as a panel review records it, on Form C and on the analysis form."""

from typing import Any

from casereview import forms
from cdop import codes
from cdop.forms.review import YES_NO, PageForm


class CategoryForm(PageForm):
    """The one category of death, and whether another was considered."""

    category_of_death = forms.CodeField(
        label="Category of death",
        about="category",
        choices=lambda: [(code, f"{code}. {label}") for code, label in codes.categories_of_death()],
        hints={each.code: each.definition for each in codes.code_list("category_of_death").codes},
    )
    considered_another = forms.CodeField(
        label="Did the panel consider another category?",
        choices=YES_NO,
        reveals={"Y": "categories_considered"},
        error_messages={"required": "Select whether the panel considered another category"},
    )
    categories_considered = forms.CodesField(
        label="Which others were considered?",
        name="other category that was considered",
        choices=lambda: [(code, f"{code}. {label}") for code, label in codes.categories_of_death()],
    )
    category_reason = forms.LongTextField(
        label="Why this category",
        name="reason for this category",
        required=False,
        rows=4,
        help_text="Needed where another was considered. Kept with the choice, so that later "
        "panels can choose alike.",
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the reason where another category was considered."""
        cleaned = super().clean()
        if cleaned.get("considered_another") == "Y":
            if cleaned.get("category_of_death") in (cleaned.get("categories_considered") or ()):
                self.add_error(
                    "categories_considered", "Select only categories other than the one chosen"
                )
            if not cleaned.get("category_reason") and not self.has_error("category_reason"):
                self.add_error("category_reason", "Enter why the panel chose this category")
        cleaned["categories_considered"] = cleaned.get("categories_considered") or []
        return cleaned


class AnalysisCategoryForm(CategoryForm):
    """The categories of the analysis form: a primary one, which alone is counted, and another."""

    category_of_death = forms.CodeField(
        label="Primary category of death",
        name="primary category of death",
        about="category",
        choices=lambda: _numbered("cdr_category_of_death"),
        hints={
            each.code: each.definition for each in codes.code_list("cdr_category_of_death").codes
        },
        help_text="Figures count this one only.",
    )
    secondary_category = forms.CodeField(
        label="Secondary category, if there is one",
        name="secondary category",
        choices=lambda: _numbered("cdr_category_of_death"),
        select=True,
        required=False,
        help_text="It tells more of the case and is in no figure.",
    )
    field_order = ("category_of_death", "secondary_category")

    def clean(self) -> dict[str, Any]:
        """Refuse a second category that is the first again."""
        cleaned = super().clean()
        second = cleaned.get("secondary_category") or ""
        if second and second == cleaned.get("category_of_death"):
            self.add_error(
                "secondary_category", "Select another category than the primary one, or none"
            )
        cleaned["secondary_category"] = second
        return cleaned


def _numbered(name: str) -> list[tuple[str, str]]:
    return [(code, f"{code}. {label}") for code, label in codes.code_list(name).choices()]
