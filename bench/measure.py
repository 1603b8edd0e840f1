"""Measuring: every measurement in a process of its own, contenders taking turns.

A process of its own gives each contender a cold start, its own peak memory and no share in the others'
threads. The clock runs inside the process, around the work alone: starting Python and importing are not
counted, except where the task is a whole process. The machine drifts, so contenders alternate (A B A B …) and
only ratios of medians within one run are reported.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench.rules_by_hand.common import Total, Totals

ROOT = Path(__file__).parent.parent


@dataclass
class Series:
    """The measurements of one contender, round by round: seconds, peak memory in MiB, answers."""

    seconds: list[float] = field(default_factory=list)
    peaks: list[float] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)
    failure: str = ""

    @property
    def answer(self) -> Any:
        """The last answer; None if there is none."""
        return self.answers[-1] if self.answers else None

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def peak(self) -> float:
        return max(self.peaks)


@dataclass(frozen=True)
class Ratio:
    """How many times as long one contender takes as another: each round against its own round."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{_figures(self.median)}（{_figures(self.low)}–{_figures(self.high)}）"


def _figures(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:,.1f}" if value < 100 else f"{value:,.0f}"


def ratio(one: Series, other: Series) -> Ratio:
    """The ratio of two interleaved series."""
    return ratio_of(one.seconds, other.seconds)


def ratio_of(ones: Iterable[float], others: Iterable[float]) -> Ratio:
    found = [one / other for one, other in zip(ones, others, strict=True)]
    return Ratio(statistics.median(found), min(found), max(found))


def run(task: str, *arguments: str) -> tuple[float, float, Any]:
    """Carry out one task of `bench.tasks` in a new process: seconds, peak MiB, answer.

    Raises:
        RuntimeError: the task failed; the message is the last line of what it printed.
    """
    command = [sys.executable, "-m", "bench.tasks", task, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        raise RuntimeError(lines[-1])
    found = json.loads(done.stdout.splitlines()[-1])
    return found["seconds"], found["peak"], found["answer"]


def interleaved(
    tasks: Mapping[str, tuple[str, ...]], rounds: int, *, say: Callable[[str], None] = lambda text: None
) -> dict[str, Series]:
    """Measure tasks in turns. A task that fails is left out from then on, with its failure."""
    series = {name: Series() for name in tasks}
    for turn in range(rounds):
        for name, task in tasks.items():
            one = series[name]
            if one.failure:
                continue
            try:
                seconds, peak, answer = run(*task)
            except RuntimeError as error:
                one.failure = str(error)
                say(f"  {name}: {error}")
                continue
            one.seconds.append(seconds)
            one.peaks.append(peak)
            one.answers.append(answer)
        say(f"  round {turn + 1} of {rounds}")
    return series


def clock() -> float:
    """Seconds on the clock of this run: the wall clock, or (BENCH_CLOCK=cpu) processor time of all threads and
    of finished child processes, which other work on the machine disturbs less."""
    if os.environ.get("BENCH_CLOCK") == "cpu":
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        return time.process_time() + children.ru_utime + children.ru_stime
    return time.perf_counter()


def repeated(work: Callable[[], Any], *, batches: int = 15, seconds: float = 0.02) -> float:
    """Seconds that a short piece of work takes: the median over batches, each long enough to be measured."""
    work()
    started = clock()
    work()
    count = max(1, int(seconds / max(clock() - started, 1e-9)))
    found = []
    for _ in range(batches):
        started = clock()
        for _ in range(count):
            work()
        found.append((clock() - started) / count)
    return statistics.median(found)


def to_json(totals: Totals) -> dict[str, list[Any]]:
    return {
        name: [
            total.met,
            total.not_met,
            total.undetermined,
            None if total.amount is None else str(total.amount),
        ]
        for name, total in totals.items()
    }


def from_json(plain: Mapping[str, list[Any]]) -> Totals:
    return {
        name: Total(met, not_met, unknown, None if amount is None else Decimal(amount))
        for name, (met, not_met, unknown, amount) in plain.items()
    }
