"""What the library keeps beside the policy files: entered values, official texts, reviews, consultations.

Policies, clauses, parameters and measures are named by identifier and citation; they live in the policy files.
"""

from zongbu.desk.library.models.consultations import ArticleSummary, Comment, Consultation
from zongbu.desk.library.models.kept import KeptPolicy
from zongbu.desk.library.models.measures import FairCompetitionReview, SuspensionOrder
from zongbu.desk.library.models.official import OfficialText
from zongbu.desk.library.models.proposals import Proposal
from zongbu.desk.library.models.values import EnteredValue

__all__ = [
    "ArticleSummary",
    "Comment",
    "Consultation",
    "EnteredValue",
    "FairCompetitionReview",
    "KeptPolicy",
    "OfficialText",
    "Proposal",
    "SuspensionOrder",
]
