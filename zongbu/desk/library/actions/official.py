"""Laying the official text beside a policy."""

from __future__ import annotations

import hashlib

from django.db import transaction
from django.utils.translation import gettext as _

from zongbu.desk.kernel import journal
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.library.actions.permit import permit
from zongbu.desk.library.models import OfficialText
from zongbu.desk.library.policies import policy as policy_of
from zongbu.law.check import check_against
from zongbu.law.errors import InputError
from zongbu.law.official import split_official


def attach_official(viewer: Viewer, policy: str, text: str, origin: str) -> OfficialText:
    """Keep the plain text of the official document; it is shown beside the clauses and changes no result.

    Raises:
        PermissionDenied: the viewer is not of the city office.
        Refused: the text has no numbered passages, is another document, or shares no article with the policy.
    """
    person = permit(viewer)
    known = policy_of(policy)
    try:
        document = split_official(text)
        attachment = check_against(known, text)
    except InputError as error:
        raise Refused(str(error)) from None
    number, expected = document.document_number, known.head.get("文号", "")
    if number and "〔" in expected and number != expected:
        raise Refused(
            _("这份文本的文号是%(number)s，政策的文号是%(expected)s。") % {"number": number, "expected": expected}
        )
    if not attachment.matched:
        raise Refused(_("文本里的条款编号与政策文件一条也对不上，请确认是不是这份政策。"))
    with transaction.atomic():
        kept = OfficialText(
            policy=policy,
            text=text,
            digest=hashlib.sha256(text.encode()).hexdigest(),
            number=number,
            origin=origin,
            attached_by_id=person,
        )
        kept.full_clean()
        kept.save(force_insert=True)
        journal.record(
            "library.attach_official", viewer, kept, case=policy, after={"digest": kept.digest, "origin": origin}
        )
    return kept
