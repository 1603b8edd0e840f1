"""What is shown when something is wrong: what happened, and what to do now."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from zongbu.desk.kernel.flow import Refused


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request, 400, _("请求有误"),
        _("服务器读不懂这个请求：链接可能不完整，或者上传的内容超出了限制。"),
        [_("检查地址是否复制完整；"), _("上传文件时先看页面上写明的大小和格式；"), _("或者回到上一页重试。")],
    )  # fmt: skip


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    steps = [_("如果您有多个身份，请在右上角切换后再试；"), _("如果工作需要，请联系本单位的成员管理员调整角色。")]
    return _page(
        request, 403, _("没有权限"), _said(exception) or _("您现在的身份不能查看这个页面或进行这项操作。"), steps
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    steps = [_("检查地址是否正确；"), _("从首页或搜索框重新进入。")]
    return _page(
        request, 404, _("没有这个页面"), _said(exception) or _("它可能已经移走，或者不在您可以查看的范围内。"), steps
    )


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Somebody tried too often (allauth's limits on signing in, resetting passwords and the like)."""
    return _page(
        request, 429, _("操作过于频繁"),
        _("短时间内尝试的次数太多，为了账号安全，暂时不能继续。"),
        [_("等几分钟再试；"), _("忘记密码的，请联系本单位的成员管理员或安全管理员。")],
    )  # fmt: skip


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's check against forged forms failed: mostly a page that stood open too long, or cookies switched off."""
    return _page(
        request, 403, _("页面已过期"),
        _("为了安全，表单提交前要核对您的浏览器；这次没有核对成功，内容没有提交。"),
        [
            _("按浏览器的后退键回到表单（填写的内容通常还在），刷新后重新提交；"),
            _("如果刚在另一个窗口登录或退出过，请先重新登录；"),
            _("确认浏览器没有禁用 Cookie。"),
        ],
    )  # fmt: skip


def broken(request: HttpRequest) -> HttpResponse:
    """Something went wrong on our side. The page needs no database, no session and no context processor."""
    with override(get_language() or "zh-hans"):
        content = get_template("front/broken.html").render(
            {"identifier": getattr(request, "identifier", ""), "language": get_language()}
        )
    return HttpResponse(content, status=500)


def _page(request: HttpRequest, code: int, title: str, text: str, steps: list[str]) -> HttpResponse:
    given: dict[str, Any] = {"code": code, "what": title, "text": text, "steps": steps}
    return render(request, "front/error.html", given, status=code)


def _said(exception: Exception | None) -> str:
    """What our own code tells the user: ``Refused`` and its kinds carry such texts, everything else is Django's or for
    developers (get_object_or_404 names the model in English)."""
    return str(exception) if isinstance(exception, Refused) else ""
