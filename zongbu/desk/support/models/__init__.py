"""The tables of the support desk."""

from zongbu.desk.support.models.claims import (
    HOLDING_MONEY,
    LIVE,
    UNDECIDED,
    BankAccount,
    Claim,
    ClaimComment,
    ClaimDecision,
    ClaimMaterial,
    ClaimObjection,
    Invoice,
    Share,
)
from zongbu.desk.support.models.ledger import HOLDING, Account, Budget, Fund, Level, Line, Movement
from zongbu.desk.support.models.obligations import Milestone, MilestoneReport, Obligation, SupportReminder
from zongbu.desk.support.models.payments import (
    OPEN_ORDERS,
    PaymentBatch,
    PaymentOrder,
    Reimbursement,
    ReimbursementDecision,
)
from zongbu.desk.support.models.quotas import QuotaAccount, QuotaEntry, QuotaPerson
from zongbu.desk.support.models.requests import RequestMaterial, RetentionRule, SupportRequest
from zongbu.desk.support.models.results import ResultFile, ResultRow
from zongbu.desk.support.models.runs import OfferLine, OfferRun
from zongbu.desk.support.models.selections import Candidate, SelectionList
from zongbu.desk.support.models.units import ResponsibleUnit

__all__ = [
    "HOLDING",
    "HOLDING_MONEY",
    "LIVE",
    "OPEN_ORDERS",
    "UNDECIDED",
    "Account",
    "BankAccount",
    "Budget",
    "Candidate",
    "Claim",
    "ClaimComment",
    "ClaimDecision",
    "ClaimMaterial",
    "ClaimObjection",
    "Fund",
    "Invoice",
    "Level",
    "Line",
    "Milestone",
    "MilestoneReport",
    "Movement",
    "Obligation",
    "OfferLine",
    "OfferRun",
    "PaymentBatch",
    "PaymentOrder",
    "QuotaAccount",
    "QuotaEntry",
    "QuotaPerson",
    "Reimbursement",
    "ReimbursementDecision",
    "RequestMaterial",
    "ResponsibleUnit",
    "ResultFile",
    "ResultRow",
    "RetentionRule",
    "SelectionList",
    "Share",
    "SupportReminder",
    "SupportRequest",
]
