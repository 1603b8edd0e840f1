"""What is done in the library: the only writers of its tables.

Every act checks who may, writes and journals in one transaction.
"""

from zongbu.desk.library.actions.consultations import (
    answer,
    close_consultation,
    comment,
    forget_contacts,
    moderate,
    open_consultation,
    summarise,
    summarise_article,
)
from zongbu.desk.library.actions.measures import decide_suspension, propose_suspension, record_review
from zongbu.desk.library.actions.official import attach_official
from zongbu.desk.library.actions.values import decide_value, propose_value

__all__ = [
    "answer",
    "attach_official",
    "close_consultation",
    "comment",
    "decide_suspension",
    "decide_value",
    "forget_contacts",
    "moderate",
    "open_consultation",
    "propose_suspension",
    "propose_value",
    "record_review",
    "summarise",
    "summarise_article",
]
