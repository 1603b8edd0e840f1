"""What a flow is made of: states, acts, who may perform them, by when; checked when the table is written down."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import CheckConstraint, Q
from django.utils.module_loading import module_has_submodule

from zongbu.desk.kernel.clock import Unit
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NAME = re.compile(r"[a-z][a-z0-9_]*")


class Duty(StrEnum):
    """What an act means for the case. Nobody has two different duties in one case."""

    PROPOSE = "propose"
    REVIEW = "review"
    INSPECT = "inspect"
    APPROVE = "approve"
    PAY = "pay"


@dataclass(frozen=True, slots=True)
class Who:
    """The roles that may perform an act, and for which cases (``within``: case and viewer → yes or no).

    ``Role.PUBLIC`` among them lets in whoever has not signed in.
    """

    roles: frozenset[Role]
    within: Callable[[Any, Viewer], bool] | None = None

    def allows(self, case: Any, viewer: Viewer) -> bool:
        if viewer.role not in self.roles or not (viewer.writes or viewer.role == Role.PUBLIC):
            return False
        return self.within is None or self.within(case, viewer)


def by(*roles: Role | frozenset[Role], within: Callable[[Any, Viewer], bool] | None = None) -> Who:
    """``by(Role.CITY_LEAD)``, ``by(DISTRICT, within=same("district"))``."""
    found: set[Role] = set()
    for role in roles:
        found |= {role} if isinstance(role, Role) else role
    return Who(frozenset(found), within)


def same(name: str, of_case: str = "") -> Callable[[Any, Viewer], bool]:
    """A scope: the viewer's ``name`` (uscc, district, organisation) is not empty and equals the case's."""

    def within(case: Any, viewer: Viewer) -> bool:
        mine = getattr(viewer, name)
        return mine not in (None, "") and mine == getattr(case, of_case or name)

    return within


@dataclass(frozen=True, slots=True)
class State:
    """Where a case can be.

    ``final``: no act leads out. ``stops``: while the case is here the statutory clock stands still, and this is why
    ("等待补正").
    """

    name: str
    label: StrOrPromise
    final: bool = False
    stops: StrOrPromise = ""


@dataclass(frozen=True, slots=True)
class Term:
    """By when an act is due: so long after the latest act ``since``, or after the present state was entered.

    ``since`` may be several acts: the latest of any of them counts. Where ``restarts`` names acts, it begins anew with
    those alone, and otherwise runs from the first of ``since``: an act that is done again does not give more time.
    ``length`` may be computed from the case (None: no term). ``source`` is the clause that says so. ``rolls``: whether
    an end on a day of rest moves to the next working day (Civil Code §203). ``stops``: whether the clock stands still
    in states that stop it; the time that somebody is given in such a state itself does not.
    """

    length: int | Callable[[Any], int | None]
    unit: Unit = Unit.WORKING_DAYS
    since: str | tuple[str, ...] = ()
    source: StrOrPromise = ""
    rolls: bool = True
    stops: bool = True
    restarts: tuple[str, ...] | None = None

    @property
    def origins(self) -> tuple[str, ...]:
        """The acts from which it runs; none where it runs from when the state was entered."""
        return (self.since,) if isinstance(self.since, str) and self.since else tuple(self.since)


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody does to a case, and where that leads.

    Args:
        name: identifier; ``flow.act`` is what the journal keeps.
        label: on the button.
        start: the state or states from which it is possible; ``()`` for the act that opens a case.
        end: the state in which the case is afterwards.
        who: who may; a ``Who``, or a role or roles where every case is in reach.
        duty: what it means for the separation of duties; None for what counts for none.
        guard: case and viewer → what stands in the way, for the person to read; empty if nothing does.
        due: by when it is to be done.
        needs_reason: whether the person has to say why.
    """

    name: str
    label: StrOrPromise
    start: str | tuple[str, ...]
    end: str
    who: Who | Role | frozenset[Role]
    duty: Duty | None = None
    guard: Callable[[Any, Viewer], StrOrPromise] | None = None
    due: Term | None = None
    needs_reason: bool = False

    @property
    def starts(self) -> tuple[str, ...]:
        """The states from which the act is possible; none for an act that opens a case."""
        return (self.start,) if isinstance(self.start, str) else tuple(self.start)

    @property
    def opens(self) -> bool:
        """Whether the act opens a case."""
        return not self.starts

    @property
    def performers(self) -> Who:
        return self.who if isinstance(self.who, Who) else by(self.who)


@dataclass(frozen=True)
class Flow:
    """A table of states and acts. A case begins by an act that opens it, or else in the first state.

    Raises:
        ValueError: a name is no identifier or stands twice, an act names an undeclared state, leads out of a final
            one or is nobody's, a state cannot be reached or cannot be left and is not final.
    """

    name: str
    states: tuple[State, ...]
    acts: tuple[Act, ...]
    title: StrOrPromise = ""
    """What goes through it, as people call it."""

    def __post_init__(self) -> None:
        faults = list(_faults(self))
        if faults:
            raise ValueError(f"flow {self.name}: " + "; ".join(faults))

    @property
    def by_name(self) -> Mapping[str, State]:
        return {state.name: state for state in self.states}

    def state(self, name: str) -> State:
        """The state of that name; KeyError if undeclared."""
        return self.by_name[name]

    def act(self, name: str) -> Act:
        """The act of that name; KeyError if undeclared."""
        for act in self.acts:
            if act.name == name:
                return act
        raise KeyError(f"flow {self.name} has no act {name}")

    def from_state(self, name: str) -> tuple[Act, ...]:
        """The acts that lead out of a state (or back into it)."""
        return tuple(act for act in self.acts if name in act.starts)

    def label(self, name: str) -> StrOrPromise:
        """How a state is called."""
        return self.state(name).label

    def choices(self) -> list[tuple[str, StrOrPromise]]:
        """The states as choices of a form or a model field."""
        return [(state.name, state.label) for state in self.states]

    def constraint(self) -> CheckConstraint:
        """A named constraint for the model's ``Meta``: no case is ever in an undeclared state."""
        return CheckConstraint(
            condition=Q(state__in=[state.name for state in self.states]), name=f"{self.name}_state_is_declared"
        )


def _faults(flow: Flow) -> Iterator[str]:
    names = [state.name for state in flow.states]
    acts = [act.name for act in flow.acts]
    for name in [flow.name, *names, *acts]:
        if not NAME.fullmatch(name):
            yield f"{name!r} is no identifier"
    for kind, listed in (("state", names), ("act", acts)):
        for name in sorted({name for name in listed if listed.count(name) > 1}):
            yield f"{kind} {name} stands twice"
    if not names:
        yield "it has no state"
        return
    for act in flow.acts:
        for name in [*act.starts, act.end]:
            if name not in names:
                yield f"act {act.name} names the undeclared state {name}"
            elif name in act.starts and flow.by_name[name].final:
                yield f"act {act.name} leads out of the final state {name}"
        if not act.performers.roles:
            yield f"nobody may perform {act.name}"
        for name in (*act.due.origins, *(act.due.restarts or ())) if act.due is not None else ():
            if name not in acts:
                yield f"the term of {act.name} runs from the undeclared act {name}"
    reached = {act.end for act in flow.acts if act.opens} or {names[0]}
    while more := {act.end for act in flow.acts if reached & set(act.starts)} - reached:
        reached |= more
    for name in names:
        if name not in reached:
            yield f"state {name} cannot be reached"
        if not flow.by_name[name].final and not any(name in act.starts for act in flow.acts):
            yield f"state {name} cannot be left and is not final"


@cache
def declared() -> tuple[Flow, ...]:
    """All flows of the project: every ``Flow`` in the ``flow.py`` of an app, by name.

    Raises:
        ValueError: two flows have the same name.
    """
    found: dict[str, Flow] = {}
    for app in apps.get_app_configs():
        if not app.name.startswith("zongbu.") or not module_has_submodule(app.module, "flow"):
            continue
        for value in vars(import_module(f"{app.name}.flow")).values():
            if isinstance(value, Flow) and found.setdefault(value.name, value) is not value:
                raise ValueError(f"two flows are called {value.name}")
    return tuple(found[name] for name in sorted(found))
