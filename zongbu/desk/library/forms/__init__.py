"""The forms of the library."""

from zongbu.desk.library.forms.consultations import (
    AnswerForm,
    ArticleSummaryForm,
    CloseForm,
    CommentForm,
    ConsultationForm,
    HideForm,
    SummaryForm,
)
from zongbu.desk.library.forms.measures import ReviewForm, SuspensionForm
from zongbu.desk.library.forms.official import OfficialForm
from zongbu.desk.library.forms.values import DecisionForm, ValueForm

__all__ = [
    "AnswerForm",
    "ArticleSummaryForm",
    "CloseForm",
    "CommentForm",
    "ConsultationForm",
    "DecisionForm",
    "HideForm",
    "OfficialForm",
    "ReviewForm",
    "SummaryForm",
    "SuspensionForm",
    "ValueForm",
]
