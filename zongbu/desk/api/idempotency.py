"""Writes that come twice are done once: the answer to an ``Idempotency-Key`` is kept and given again."""

from __future__ import annotations

import functools
import hashlib
import inspect
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from pydantic import BaseModel

from zongbu.desk.api.models import KeptAnswer
from zongbu.desk.api.problems import Failure

HEADER = "Idempotency-Key"
LONGEST = 100
KEPT = timedelta(days=2)


def idempotent(operation: Callable[..., Any]) -> Callable[..., Any]:
    """Let an operation that writes be sent again safely; it and its answer are one transaction.

    The operation gives back ``(status, plain data)``. An error is not kept: the request may be mended and sent again.

    Raises:
        Failure: the key was used for another request (422), or the same one is being worked on (409).
    """

    @functools.wraps(operation)
    def once(request: Any, *arguments: Any, **named: Any) -> Any:
        key = request.headers.get(HEADER, "")
        if not key:
            with transaction.atomic():
                return operation(request, *arguments, **named)
        if len(key) > LONGEST:
            raise Failure(400, f"{HEADER} 最长 {LONGEST} 个字符")
        content = hashlib.sha256(b"\0".join((request.method.encode(), request.path.encode(), request.body))).hexdigest()
        KeptAnswer.objects.filter(token=request.auth, created_at__lt=timezone.now() - KEPT).delete()
        try:
            with transaction.atomic():
                kept = KeptAnswer.objects.create(token=request.auth, key=key, request=content)
                status, body = operation(request, *arguments, **named)
                plain = body.model_dump(mode="json") if isinstance(body, BaseModel) else body
                KeptAnswer.objects.filter(pk=kept.pk).update(status=status, body=plain)
        except IntegrityError:
            # The insert waits for whoever holds the key, so by now that one has finished, or has failed.
            kept_before = KeptAnswer.objects.filter(token=request.auth, key=key).first()
            if kept_before is None or not kept_before.status:
                raise Failure(409, "同样的请求正在处理") from None
            if kept_before.request != content:
                raise Failure(422, f"这个 {HEADER} 已经用于另一个请求") from None
            return kept_before.status, kept_before.body
        return status, plain

    # The types are looked up where the operation stands, not here.
    once.__signature__ = inspect.signature(operation, eval_str=True)  # type: ignore[attr-defined]
    return once
