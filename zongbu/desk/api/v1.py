"""Version 1 of the interface: its parts, its errors, its description (OpenAPI 3.1)."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from zongbu import __version__
from zongbu.desk.api import problems
from zongbu.desk.api.parsing import ExactParser
from zongbu.desk.api.routes import applications, assess, enterprises, policies, screenings
from zongbu.desk.api.security import Throttle

PROBLEM = "application/problem+json"


class Described(NinjaAPI):
    """An API whose description says that errors are problem details."""

    def get_openapi_schema(self, **given: Any) -> OpenAPISchema:
        found = super().get_openapi_schema(**given)
        for operations in found["paths"].values():
            for operation in operations.values():
                for status, answer in operation["responses"].items():
                    if int(status) >= 400 and "content" in answer:
                        answer["content"] = {PROBLEM: answer["content"].pop("application/json")}
        return found


api = Described(
    title="Zongbu",
    version=__version__,
    description=(
        "Headquarters-economy policies, assessments, enterprises and their facts. Amounts are strings in yuan with two "
        "places; unknown is null, never false. Errors are problem details (RFC 9457). Writes take an Idempotency-Key."
    ),
    urls_namespace="api-v1",
    throttle=[Throttle()],
    parser=ExactParser(),
)
problems.register(api)
for router in (policies.router, assess.router, enterprises.router, screenings.router, applications.router):
    api.add_router("", router)
