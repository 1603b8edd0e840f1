"""The tables of recognition. ``stars`` keeps tables of its own in its folder."""

from zongbu.desk.recognition.models.applications import (
    AFTER_SUBMISSION,
    Application,
    ApplicationMaterial,
    CheckItem,
    Declaration,
    FieldComment,
    Proposal,
)
from zongbu.desk.recognition.models.decisions import Batch, Decision
from zongbu.desk.recognition.models.notices import Notice, NoticeLine, Objection
from zongbu.desk.recognition.models.opinions import Opinion
from zongbu.desk.recognition.models.reminders import Reminder
from zongbu.desk.recognition.models.rounds import APPROVERS, RequiredMaterial, Round, RoundCheck
from zongbu.desk.recognition.models.titles import PrintRun, Recognition, Revocation
from zongbu.desk.recognition.stars.models import (
    EnteredScore,
    Evaluation,
    Indicator,
    IndicatorSet,
    Override,
    Result,
    StarObjection,
    StarTitle,
)

__all__ = [
    "AFTER_SUBMISSION",
    "APPROVERS",
    "Application",
    "ApplicationMaterial",
    "Batch",
    "CheckItem",
    "Decision",
    "Declaration",
    "EnteredScore",
    "Evaluation",
    "FieldComment",
    "Indicator",
    "IndicatorSet",
    "Notice",
    "NoticeLine",
    "Objection",
    "Opinion",
    "Override",
    "PrintRun",
    "Proposal",
    "Recognition",
    "Reminder",
    "RequiredMaterial",
    "Result",
    "Revocation",
    "Round",
    "RoundCheck",
    "StarObjection",
    "StarTitle",
]
