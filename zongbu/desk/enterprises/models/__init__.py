"""The tables of the register. One record per enterprise; what is known of it is only ever added to.

``listing`` and ``exchange`` keep tables of their own in their folders.
"""

from zongbu.desk.enterprises.exchange.models import ImportRow, ImportRun
from zongbu.desk.enterprises.listing.models import SavedView
from zongbu.desk.enterprises.models.enterprise import Enterprise, Referral
from zongbu.desk.enterprises.models.events import Ban, DishonestyListing, MaterialChange
from zongbu.desk.enterprises.models.evidence import EvidenceFile, EvidenceLink
from zongbu.desk.enterprises.models.facts import FactDraft, FactRecord, Recording, Source
from zongbu.desk.enterprises.models.group import GroupRegister, GroupTie, MetricClaim

__all__ = [
    "Ban",
    "DishonestyListing",
    "Enterprise",
    "EvidenceFile",
    "EvidenceLink",
    "FactDraft",
    "FactRecord",
    "GroupRegister",
    "GroupTie",
    "ImportRow",
    "ImportRun",
    "MaterialChange",
    "MetricClaim",
    "Recording",
    "Referral",
    "SavedView",
    "Source",
]
