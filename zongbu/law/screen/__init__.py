"""Tables of enterprises in, tables of results out: one compiled SELECT on DuckDB, Spark or PostgreSQL."""

from __future__ import annotations

from zongbu.law.screen.places import check_places
from zongbu.law.screen.prepare import prepare_request
from zongbu.law.screen.request import Count, Request, Screening, Step

__all__ = ["Count", "Request", "Screening", "Step", "screen"]


def screen(request: Request) -> Screening:
    """Carry out a screening with the engine that the request names.

    Raises:
        InputError: the request or its source cannot be used; the message is one clear line.
    """
    prepared = prepare_request(request)
    check_places(request)
    if request.engine == "spark":
        from zongbu.law.screen import spark

        return spark.screen(prepared)
    if request.engine == "postgres":
        from zongbu.law.screen import postgres

        return postgres.screen(prepared)
    from zongbu.law.screen import duck

    return duck.screen(prepared)
