"""Errors as problem details (RFC 9457): one shape, whatever went wrong."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.core.exceptions import ValidationError as BrokenRule
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, AuthorizationError, HttpError, Throttled, ValidationError
from ninja.renderers import JSONRenderer

from zongbu.desk.kernel.flow import NotPermitted, Refused
from zongbu.law import InputError, PolicyError

TITLES = {
    400: "请求不正确",
    401: "需要有效的令牌",
    403: "没有权限",
    404: "没有找到",
    405: "不支持这种方法",
    409: "与别的请求冲突",
    413: "内容太大",
    422: "内容不能使用",
    429: "请求太多",
    500: "服务出错",
}


class Problem(Schema):
    """What went wrong. ``errors`` lists the places where the input cannot be used."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    errors: list[dict[str, Any]] = []


def answers(*statuses: int) -> dict[int, Any]:
    """The errors that an operation may answer with, to be declared beside its result."""
    return dict.fromkeys(statuses, Problem)


PUBLIC_ERRORS = answers(400, 404, 422, 429)
TOKEN_ERRORS = answers(400, 401, 403, 404, 409, 422, 429)


class Failure(Exception):
    """Ends an operation with a problem."""

    def __init__(self, status: int, detail: str = "", errors: list[dict[str, Any]] | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors = status, detail, errors or []


def problem(
    request: HttpRequest, status: int, detail: str = "", errors: list[dict[str, Any]] | None = None
) -> HttpResponse:
    """The answer that tells of a problem."""
    body = {
        "type": "about:blank",
        "title": TITLES.get(status, "出错"),
        "status": status,
        "detail": detail,
        "errors": errors or [],
    }
    content = JSONRenderer().render(request, body, response_status=status)
    response = HttpResponse(content, status=status, content_type="application/problem+json; charset=utf-8")
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def register(api: NinjaAPI) -> None:
    """Let every error of an API come out as a problem."""

    def on(kind: type[Exception], status: int) -> None:
        api.add_exception_handler(kind, lambda request, error: problem(request, status))

    def told(request: HttpRequest, error: Any) -> HttpResponse:
        return problem(request, error.status, error.detail, error.errors)

    def unusable(request: HttpRequest, error: Any) -> HttpResponse:
        return problem(request, 422, str(error))

    def invalid(request: HttpRequest, error: Any) -> HttpResponse:
        places = [{"where": ".".join(map(str, one["loc"])), "what": one["msg"]} for one in error.errors]
        return problem(request, 422, "请求的内容不符合接口说明", places)

    def http(request: HttpRequest, error: Any) -> HttpResponse:
        return problem(request, error.status_code, error.message)

    def throttled(request: HttpRequest, error: Any) -> HttpResponse:
        response = problem(request, 429, "请稍后再试")
        if error.wait is not None:
            response["Retry-After"] = str(int(error.wait) + 1)
        return response

    def refused(request: HttpRequest, error: Any) -> HttpResponse:
        return problem(request, 409, str(error))

    def not_permitted(request: HttpRequest, error: Any) -> HttpResponse:
        return problem(request, 403, str(error))

    def broken(request: HttpRequest, error: Any) -> HttpResponse:
        return problem(request, 422, " ".join(error.messages))

    on(AuthenticationError, 401)
    on(AuthorizationError, 403)
    on(PermissionDenied, 403)
    on(Http404, 404)
    on(ObjectDoesNotExist, 404)
    api.add_exception_handler(Failure, told)
    api.add_exception_handler(InputError, unusable)
    api.add_exception_handler(PolicyError, unusable)
    api.add_exception_handler(Refused, refused)
    api.add_exception_handler(NotPermitted, not_permitted)
    api.add_exception_handler(BrokenRule, broken)
    api.add_exception_handler(ValidationError, invalid)
    api.add_exception_handler(HttpError, http)
    api.add_exception_handler(Throttled, throttled)
