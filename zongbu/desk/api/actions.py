"""Making and revoking tokens."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.api import queries
from zongbu.desk.api.models import Token
from zongbu.desk.api.scopes import scopes_for
from zongbu.desk.kernel import journal
from zongbu.desk.kernel.scope import Viewer
from zongbu.law import InputError

LONGEST_DAYS = 366
"""A token has to be renewed at least once a year."""


def digest_of(secret: str) -> str:
    """What is kept of a secret: it is random and long, so a plain digest is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def create(viewer: Viewer, name: str, scopes: Sequence[str], days: int, per_minute: int = 120) -> tuple[Token, str]:
    """Make a token for the viewer's own membership; returns it and its text, which is never shown again.

    Raises:
        PermissionDenied: the viewer does not look after the members of an organisation.
        InputError: no name, no scope or one that the role may not hold, too long a life, an unusable rate.
    """
    if not viewer.writes or not viewer.administers or viewer.membership is None or viewer.organisation is None:
        raise PermissionDenied
    allowed = {str(scope) for scope in scopes_for(viewer.role)}
    if not name.strip():
        raise InputError(_("请写明令牌的用途"))
    if not scopes or not set(scopes) <= allowed:
        raise InputError(_("请选择令牌的范围"))
    if not 1 <= days <= LONGEST_DAYS:
        raise InputError(_("有效期为1至%d天") % LONGEST_DAYS)
    if not 1 <= per_minute <= 6000:
        raise InputError(_("每分钟请求数为1至6000"))
    prefix, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    with transaction.atomic():
        token = Token.objects.create(
            membership_id=viewer.membership,
            organisation_id=viewer.organisation,
            name=name.strip()[:100],
            prefix=prefix,
            digest=digest_of(secret),
            scopes=sorted(set(scopes)),
            per_minute=per_minute,
            expires_at=timezone.now() + timedelta(days=days),
        )
        journal.record(
            "api.create_token",
            viewer,
            token,
            after={"scopes": token.scopes, "expires_at": token.expires_at.isoformat(), "per_minute": per_minute},
        )
    return token, f"zb_{prefix}_{secret}"


def revoke(viewer: Viewer, pk: int) -> Token:
    """Revoke a token of the viewer's organisation; one that is revoked already stays as it is.

    Raises:
        Token.DoesNotExist: none that the viewer may see.
        PermissionDenied: the viewer may not.
    """
    if not viewer.writes or not viewer.administers:
        raise PermissionDenied
    with transaction.atomic():
        token = queries.tokens(viewer).select_for_update().get(pk=pk)
        if token.revoked_at is None:
            token.revoked_at = timezone.now()
            token.save(update_fields=["revoked_at"])
            journal.record("api.revoke_token", viewer, token)
    return token
