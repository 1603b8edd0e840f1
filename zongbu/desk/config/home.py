"""Where the home page and the landing page lead: only to what is there."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from zongbu.desk.kernel.roles import ENTERPRISE, Reach, Role
from zongbu.desk.kernel.scope import PUBLIC, Viewer
from zongbu.desk.people.access import routes


@dataclass(frozen=True, slots=True)
class Door:
    """A way into the service: what it is called, what it is for, and where it leads."""

    title: str
    text: str
    url: str
    icon: str


def address_of(route: str, viewer: Viewer, *arguments: str) -> str:
    """The address of a route; nothing where its page is not there or is closed to the viewer."""
    access = routes().get(route)
    if access is None or not access.admits(viewer):
        return ""
    try:
        return reverse(route, args=arguments)
    except NoReverseMatch:
        return ""


def door(route: str, title: str, text: str, icon: str, viewer: Viewer = PUBLIC) -> Door | None:
    """A door, or nothing where there is none for the viewer."""
    address = address_of(route, viewer)
    return Door(title, text, address, icon) if address else None


def doors(viewer: Viewer = PUBLIC) -> list[Door]:
    """What everybody can do here; who has signed in needs no registration."""
    register = _("用统一社会信用代码注册，由所在区县确认后即可申报。")
    check_up = _("回答几个问题，看企业符合哪些条件、还差什么、能享受什么。不登录也能用，不留存任何数据。")
    library = _("逐条看政策：规定、标准、口径和办事措施，可检索、可比较。")
    return _there(
        door("selfcheck:start", _("政策体检"), check_up, "clipboard-check"),
        door("library:policies", _("政策库"), library, "book"),
        door("library:consultations", _("征求意见"), _("对正在起草的政策逐条提意见，看采纳情况。"), "messages"),
        door("recognition:list", _("总部企业名单"), _("已认定的总部企业及星级。"), "list-details"),
        door("recognition:notices", _("公示公告"), _("正在公示的名单，可以提出异议。"), "news"),
        None if viewer.signed_in else door("people:register", _("企业注册"), register, "building"),
    )


def tasks(viewer: Viewer) -> list[Door]:
    """What somebody can begin now, by role; who only reads is offered to read."""
    found = _of_enterprise(viewer) if viewer.role in ENTERPRISE else _of_business(viewer) + _of_keeping(viewer)
    if viewer.administers or viewer.role == Role.ADMINISTRATOR:
        found.append(door("people:members", _("成员"), _("邀请成员，调整角色和期限。"), "users", viewer))
    return _there(*found)


def may(route: str, viewer: Viewer) -> bool:
    """Whether somebody may send the form of a route, not only look."""
    access = routes().get(route)
    return access is not None and access.admits(viewer, writes=True)


def _of_enterprise(viewer: Viewer) -> list[Door | None]:
    own = address_of("enterprises:detail", viewer, viewer.uscc) if viewer.uscc else ""
    record = _("查看和更正本企业的数据、集团关系和重大事项。")
    check_up = _("用已登记的数据体检，看还差什么。")
    return [
        Door(_("企业档案"), record, own, "building") if own else None,
        door("recognition:mine", _("总部企业申报"), _("看能不能认定、填写申请、看办到哪一步。"), "send", viewer),
        door("support:benefits", _("我的政策"), _("看能享受什么、还差什么，确认和申请。"), "star", viewer),
        door("support:money", _("我的钱在哪里"), _("每一笔钱办到哪一步、在谁手里。"), "coin", viewer),
        door("selfcheck:start", _("政策体检"), check_up, "clipboard-check", viewer),
        door("library:policies", _("政策库"), _("查政策、标准和办事措施。"), "book", viewer),
    ]


def _of_business(viewer: Viewer) -> list[Door | None]:
    referred = viewer.reach == Reach.REFERRED
    listed = _("查看转给本单位的企业。") if referred else _("按名称、代码、区县和状态查找企业。")
    screens = may("selfcheck:screen", viewer)
    screening = (
        _("对辖区内全部企业试算，看谁符合、谁还差一点。") if screens else _("查看已完成的筛查和每家企业的结果。")
    )
    decides = may("people:decide_registration", viewer)
    title = _("企业注册审核") if decides else _("企业注册情况")
    registrations = _("查看各区县的企业注册和办理情况。")
    if decides:  # districts their own; the office what no district can
        by_district = viewer.reach == Reach.DISTRICT
        registrations = (
            _("核对并确认注册到本区县的企业。") if by_district else _("查看各区县的企业注册，确认区县不能确认的。")
        )
    return [
        door("enterprises:list", _("企业名录"), listed, "building-community", viewer),
        door("selfcheck:screenings", _("批量筛查"), screening, "filter", viewer),
        door("people:registrations", title, registrations, "user-check", viewer),
        door("library:policies", _("政策库"), _("逐条看规定、参数和口径。"), "book", viewer)
        if viewer.reach != Reach.PUBLISHED
        else None,
    ]


def _of_keeping(viewer: Viewer) -> list[Door | None]:
    founds = may("people:new_organisation", viewer)
    organisations = _("设立组织，邀请它的管理员。") if founds else _("查看各组织和它们的成员。")
    keeps = may("kernel:calendar_import", viewer)
    calendar = _("维护节假日和调休日。") if keeps else _("查看节假日和调休日。")
    watching = _("查看锁定、会话和第二重验证，处理可疑账号。")
    return [
        door("kernel:journal", _("审计日志"), _("查看、导出每一次操作的记录。"), "history", viewer),
        door("people:security", _("账号安全"), watching, "shield-lock", viewer),
        door("people:sign_ins", _("登录日志"), _("查看登录、登录失败和锁定的记录。"), "login", viewer),
        door("people:organisations", _("组织"), organisations, "users-group", viewer),
        door("kernel:calendar", _("工作日历"), calendar, "calendar", viewer),
    ]


def _there(*found: Door | None) -> list[Door]:
    return [one for one in found if one is not None]
