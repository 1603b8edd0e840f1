"""Structured logs that name nobody: one line per request with what operations need and no personal data.

A line holds the request's identifier, the name of the route (never the address, which may contain a code or what
somebody searched for), method, status, duration and the role in which somebody acted. The identifier goes back as
``X-Request-ID`` and stands on error pages, so that a complaint finds its line. Of an exception only its type and where
it arose are written: its message may quote what was entered.
"""

from __future__ import annotations

import re
import secrets
import sys
import time
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:  # the settings import this module
    from django.http import HttpRequest, HttpResponse
    from structlog.typing import EventDict, WrappedLogger

IDENTIFIER = "X-Request-ID"
DEEPEST = 15
"""How many of the innermost calls of an exception are written."""
_GIVEN = re.compile(r"[A-Za-z0-9-]{8,64}")


def configure(*, readable: bool) -> dict[str, Any]:
    """Set up structlog, and return Django's ``LOGGING``, so that what libraries say takes the same form.

    ``readable`` is for a developer's terminal and tells exceptions in full; otherwise every line is one JSON object on
    standard error.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso"),
        *([] if readable else [without_message]),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    writer: Any = structlog.processors.JSONRenderer(ensure_ascii=False)
    if readable:
        writer = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, writer],
            }
        },
        "handlers": {
            "console": {"class": "logging.StreamHandler", "stream": sys.stderr, "formatter": "structured"},
            "nowhere": {"class": "logging.NullHandler"},
        },
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {
            # These repeat addresses with everything in them; our own line says what is needed.
            "django.request": {"handlers": ["nowhere"], "propagate": False},
            "django.server": {"handlers": ["nowhere"], "propagate": False},
            "django.security": {"handlers": ["nowhere"], "propagate": False},
            # It names the person and the address of every failed attempt; the journal is the place for that.
            "axes": {"handlers": ["nowhere"], "propagate": False},
        },
    }


def without_message(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Write the type of an exception and where it arose instead of all that Python has to say about it."""
    given = event.pop("exc_info", None)
    if given:
        kind, _, trace = sys.exc_info() if given is True else _parts(given)
        if kind is not None:
            event["exception"] = kind.__name__
            calls = traceback.extract_tb(trace)[-DEEPEST:]
            event["where"] = [
                f"{call.filename.rpartition('/site-packages/')[2]}:{call.lineno} {call.name}" for call in calls
            ]
    return event


def _parts(given: Any) -> Any:
    return (type(given), given, given.__traceback__) if isinstance(given, BaseException) else given


class LogMiddleware:
    """Gives every request its identifier, and writes its line when it has been answered. Stands outermost."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        from django.conf import settings
        from django.core.signals import got_request_exception

        self.get_response = get_response
        self.files = settings.STATIC_URL
        self.log = structlog.get_logger("zongbu.requests")
        got_request_exception.connect(failed, dispatch_uid="zongbu.logs")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(IDENTIFIER, "")
        identifier = given if _GIVEN.fullmatch(given) else secrets.token_hex(8)
        request.identifier = identifier  # type: ignore[attr-defined]
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request=identifier):
            response = self.get_response(request)
            match = request.resolver_match
            if match is None and request.path.startswith(self.files):
                return response
            viewer = getattr(request, "viewer", None)
            self.log.info(
                "request",
                route=match.view_name if match else None,
                method=request.method,
                status=response.status_code,
                milliseconds=round((time.perf_counter() - started) * 1000, 1),
                role=str(viewer.role.value) if viewer else None,
            )
        response[IDENTIFIER] = identifier
        return response


def failed(**given: Any) -> None:
    """Write down an exception that nobody handled."""
    request = given.get("request")
    match = getattr(request, "resolver_match", None)
    structlog.get_logger("zongbu.failures").error("failed", route=match.view_name if match else None, exc_info=True)
