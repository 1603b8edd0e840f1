"""Flows as Markdown: a Mermaid diagram and a table of the acts, generated so that they cannot lie."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils import translation

from zongbu.desk.kernel.clock.deadline import unit_name
from zongbu.desk.kernel.flow.table import Act, Duty, Flow, Term
from zongbu.desk.kernel.roles import CITY, DEPARTMENT, DISTRICT, ENTERPRISE, FINANCE, KEEPERS, OFFICIALS, Role

INTRODUCTION = """# 事项流程

<!-- 由流程表生成：python -m django flows。不要手工修改。 -->

每张图、每张表都由程序里的流程表生成，与实际运行的一致。办理每个动作时，系统锁定事项、重新读取，依次检查角色与范围、状态、职责分离、办理条件，
然后在同一个事务里写入数据和审计日志。同一个人在同一个事项里只能有一种职责；两人同时办理，先到者成功，后到者会看到此前发生了什么。
"""
DUTIES = {
    Duty.PROPOSE: "提出", Duty.REVIEW: "审核", Duty.INSPECT: "检查", Duty.APPROVE: "批准", Duty.PAY: "支付",
}  # fmt: skip
GROUPS = (
    (OFFICIALS, "各级官员"), (CITY, "市总部办"), (DISTRICT, "区县"), (DEPARTMENT, "部门"), (ENTERPRISE, "企业"),
    (FINANCE, "财政部门"), (KEEPERS, "系统三员"),
)  # fmt: skip


def document(flows: Iterable[Flow]) -> str:
    """The whole chapter, in Chinese."""
    with translation.override("zh-hans"):
        return "\n".join([INTRODUCTION, *(line for flow in flows for line in _chapter(flow))])


def mermaid(flow: Flow) -> str:
    """The states and acts of a flow as a Mermaid state diagram, in the active language."""
    return "\n".join(_diagram(flow))


def _diagram(flow: Flow) -> Iterator[str]:
    yield "stateDiagram-v2"
    for state in flow.states:
        # `end` and `state` are words of Mermaid's own: the names are kept apart from them.
        yield f'    state "{_text(state.label)}" as s_{state.name}'
    openings = [act for act in flow.acts if act.opens]
    if not openings:
        yield f"    [*] --> s_{flow.states[0].name}"
    for act in flow.acts:
        for start in act.starts or ("",):
            source = f"s_{start}" if start else "[*]"
            yield f"    {source} --> s_{act.end} : {_text(act.label)}"
    for state in flow.states:
        if state.final:
            yield f"    s_{state.name} --> [*]"


def _chapter(flow: Flow) -> Iterator[str]:
    yield f"## {flow.title} `{flow.name}`" if flow.title else f"## `{flow.name}`"
    yield ""
    yield "```mermaid"
    yield from _diagram(flow)
    yield "```"
    yield ""
    yield "| 动作 | 从 | 到 | 谁 | 职责 | 期限 | 另外要求 |"
    yield "|---|---|---|---|---|---|---|"
    for act in flow.acts:
        starts = "、".join(_text(flow.label(name)) for name in act.starts) or "（新建）"
        cells = [
            f"{_text(act.label)} `{act.name}`",
            starts,
            _text(flow.label(act.end)),
            _who(act),
            DUTIES[act.duty] if act.duty else "—",
            _term(flow, act.due),
            "；".join(_demands(act)) or "—",
        ]
        yield f"| {' | '.join(cells)} |"
    yield ""
    stops = [f"“{_text(state.label)}”（{_text(state.stops)}）" for state in flow.states if state.stops]
    if stops:
        yield f"期限在以下状态中止：{'、'.join(stops)}。"
        yield ""


def _who(act: Act) -> str:
    left, names = set(act.performers.roles), []
    for group, name in GROUPS:
        if group <= left:
            names.append(name)
            left -= group
    names += [str(role.label) for role in Role if role in left]
    return "、".join(names) + ("（限本范围）" if act.performers.within is not None else "")


def _term(flow: Flow, term: Term | None) -> str:
    if term is None:
        return "—"
    length = "若干" if callable(term.length) else str(term.length)
    origins = "或".join(f"“{_text(flow.act(name).label)}”" for name in term.origins)
    since = f"{origins}之后" if origins else "进入状态之后"
    source = _text(term.source)
    return f"{since}{length}{unit_name(term.unit, 1)}" + (f"，依据{source}" if source else "")


def _demands(act: Act) -> Iterator[str]:
    if act.needs_reason:
        yield "须说明理由"
    if act.guard is not None:
        yield "须满足办理条件"


def _text(value: object) -> str:
    return str(value).replace("|", "｜").replace('"', "”").replace("\n", " ")
