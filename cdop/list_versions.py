"""Which version of the code lists a record is coded with: one place, however it came in.

A panel's review and its lines are coded with the lists of their form, and a death of the forms of
2018 is not coded with those of Form C because it came from a file.
"""

from casereview import codes as kernel_codes
from casereview.models import Case, Child, Clock, LearningPoint
from casereview.records import Record
from cdop import codes
from cdop.form_sets import lists
from cdop.models import FactorFinding, Notification, PanelReview
from cdop.rules.form_sets import FormSet


def version_of(model: type[Record], form: FormSet = FormSet.ABC) -> str:
    """Return the version of the list that decides how a record of this kind is read.

    `form` matters to a review and its lines; what is notified has the same lists on both.

    Raises:
        KeyError: records of this kind are coded with no list of ours.
    """
    return _LISTS[model](form).version


_LISTS = {
    Case: lambda form: kernel_codes.code_list("scr_status"),
    Child: lambda form: kernel_codes.code_list("ethnicity"),
    Clock: lambda form: kernel_codes.code_list("timescales"),
    Notification: lambda form: codes.code_list("event"),
    PanelReview: lambda form: lists(form).category,
    FactorFinding: lambda form: lists(form).factor,
    LearningPoint: lambda form: codes.code_list("modifiable_factor"),
}
