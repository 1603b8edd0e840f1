"""The clock: calendars by year and version, counting, deadlines that say why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import holidays
import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from zongbu.desk.kernel import clock
from zongbu.desk.kernel.clock import Calendar, Deadline, Pause, Special, Unit, add_months, add_years
from zongbu.desk.kernel.clock.actions import import_year
from zongbu.desk.kernel.clock.models import CalendarYear
from zongbu.desk.kernel.clock.parsing import parse
from zongbu.desk.kernel.clock.seed import seed, years
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.waiting import waiting
from zongbu.law.errors import InputError

DAY = timedelta(days=1)
KNOWN = {day: Special(*what) for days in years().values() for day, what in days.items()}
PUBLISHED = Calendar(KNOWN, frozenset(years()))
ADMINISTRATOR = Viewer(Role.ADMINISTRATOR, person=1, name="管理员")
QUICK = settings(max_examples=60, deadline=None)

days = st.dates(date(2004, 1, 1), date(2026, 6, 30))
lengths = st.integers(0, 40)
pauses = st.lists(
    st.tuples(st.integers(-10, 60), st.integers(0, 40)).map(lambda pair: (pair[0], pair[0] + pair[1])), max_size=3
)


def made(start: date, given: list[tuple[int, int]]) -> tuple[Pause, ...]:
    return tuple(Pause(start + DAY * one, start + DAY * other, "等待补正") for one, other in given)


# --- counting ----------------------------------------------------------------------------------------------------


def test_days_worked_in_exchange_count() -> None:
    # 2024: the National Day holiday was 1–7 October; 29 September and 12 October, at weekends, were worked.
    assert PUBLISHED.working_days_after(date(2024, 9, 27), 1) == date(2024, 9, 29)
    assert PUBLISHED.working_days_after(date(2024, 9, 30), 1) == date(2024, 10, 8)
    assert PUBLISHED.working_days_after(date(2024, 10, 8), 4) == date(2024, 10, 12)
    assert PUBLISHED.is_exchanged(date(2024, 10, 12))
    assert PUBLISHED.name(date(2024, 10, 12)) == "国庆节"


@QUICK
@given(days, lengths)
def test_the_nth_working_day_is_the_nth_that_is_worked(day: date, n: int) -> None:
    end = PUBLISHED.working_days_after(day, n)
    between = [day + DAY * k for k in range(1, (end - day).days + 1)]
    assert sum(PUBLISHED.is_working(one) for one in between) == n
    assert n == 0 or PUBLISHED.is_working(end)
    assert PUBLISHED.working_days_between(day, end) == n
    assert PUBLISHED.working_days_between(end, day) == -n


@QUICK
@given(days, days, lengths)
def test_counting_keeps_the_order(one: date, other: date, n: int) -> None:
    first, second = sorted((one, other))
    assert PUBLISHED.working_days_after(first, n) <= PUBLISHED.working_days_after(second, n)
    assert PUBLISHED.working_days_after(first, n) < PUBLISHED.working_days_after(first, n + 1)


def test_a_negative_number_cannot_be() -> None:
    with pytest.raises(ValueError, match="negative"):
        PUBLISHED.working_days_after(date(2024, 1, 1), -1)
    with pytest.raises(ValueError, match="cannot be"):
        Deadline(date(2024, 1, 1), -1, calendar=PUBLISHED)
    with pytest.raises(ValueError, match="cannot end"):
        Pause(date(2024, 1, 2), date(2024, 1, 1), "")


@pytest.mark.parametrize("year", [2018, 2019, 2021, 2022, 2023, 2024, 2025, 2026])
def test_another_source_agrees(year: int) -> None:
    other = holidays.country_holidays("CN", years=[year - 1, year, year + 1])
    day = date(year, 1, 1)
    while day.year == year:
        assert PUBLISHED.is_working(day) == other.is_working_day(day), day
        day += DAY


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 12, 31), 2, date(2025, 2, 28)),
        (date(2024, 3, 15), 24, date(2026, 3, 15)),
        (date(2024, 3, 31), -1, date(2024, 2, 29)),
    ],
)
def test_months(day: date, months: int, end: date) -> None:
    assert add_months(day, months) == end


def test_years() -> None:
    assert add_years(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert add_years(date(2024, 2, 29), 4) == date(2028, 2, 29)


# --- deadlines ---------------------------------------------------------------------------------------------------


def brute_force(start: date, length: int, given: tuple[Pause, ...]) -> date:
    """The day on which the last of ``length`` working days that are in no pause falls."""
    stopped = {one.start + DAY * n for one in given for n in range(1, ((one.end or one.start) - one.start).days + 1)}
    counted, day = 0, start
    while counted < length:
        day += DAY
        counted += PUBLISHED.is_working(day) and day not in stopped
    return day


@QUICK
@given(days, lengths, pauses)
def test_working_days_equal_brute_force(start: date, length: int, given: list[tuple[int, int]]) -> None:
    stops = made(start, given)
    deadline = Deadline(start, length, pauses=stops, calendar=PUBLISHED)
    assert deadline.date == brute_force(start, length, stops)


@QUICK
@given(days, lengths, st.sampled_from(Unit), pauses, st.tuples(st.integers(-5, 40), st.integers(0, 20)))
def test_a_pause_never_shortens(
    start: date, length: int, unit: Unit, given: list[tuple[int, int]], more: tuple[int, int]
) -> None:
    length = length % 5 if unit in (Unit.MONTHS, Unit.YEARS) else length
    without = Deadline(start, length, unit, made(start, given), calendar=PUBLISHED)
    paused = Deadline(start, length, unit, made(start, [*given, (more[0], sum(more))]), calendar=PUBLISHED)
    assert without.date is not None
    assert paused.date is not None
    assert without.date <= paused.date
    assert Deadline(start, length, unit, made(start, given[::-1]), calendar=PUBLISHED).date == without.date


@QUICK
@given(days, st.integers(1, 60), st.integers(0, 30), st.integers(0, 30))
def test_a_pause_within_moves_calendar_days_by_its_length(start: date, length: int, at: int, by: int) -> None:
    at = at % length
    plain = Deadline(start, length, Unit.DAYS, rolls=False, calendar=PUBLISHED)
    paused = Deadline(start, length, Unit.DAYS, made(start, [(at, at + by)]), rolls=False, calendar=PUBLISHED)
    assert plain.date == start + DAY * length
    assert paused.date == plain.date + DAY * by


@QUICK
@given(days, days, lengths, st.sampled_from([Unit.WORKING_DAYS, Unit.DAYS]))
def test_who_starts_later_is_due_no_earlier(one: date, other: date, length: int, unit: Unit) -> None:
    first, second = (Deadline(day, length, unit, calendar=PUBLISHED).date for day in sorted((one, other)))
    assert first is not None
    assert second is not None
    assert first <= second


@QUICK
@given(days, st.integers(1, 60), st.sampled_from([Unit.DAYS, Unit.MONTHS]))
def test_the_last_day_is_worked_unless_it_does_not_move(start: date, length: int, unit: Unit) -> None:
    length = length % 12 + 1 if unit == Unit.MONTHS else length
    rolled = Deadline(start, length, unit, calendar=PUBLISHED)
    fixed = Deadline(start, length, unit, rolls=False, calendar=PUBLISHED)
    assert rolled.date is not None
    assert fixed.date is not None
    assert PUBLISHED.is_working(rolled.date) or rolled.provisional
    assert rolled.date == PUBLISHED.next_working_day(fixed.date)
    assert not fixed.provisional


def test_a_ban_ends_on_its_day_even_a_sunday() -> None:
    ban = Deadline(date(2024, 3, 15), 2, Unit.YEARS, rolls=False, calendar=PUBLISHED)
    assert ban.date == date(2026, 3, 15)
    assert any("不因此顺延" in line for line in ban.explain("zh"))


def test_the_clock_stands_still() -> None:
    stopped = Deadline(date(2024, 6, 3), 5, pauses=(Pause(date(2024, 6, 5), None, "等待补正"),), calendar=PUBLISHED)
    assert stopped.stopped
    assert (stopped.date, stopped.remaining, stopped.working_days_left(date(2024, 6, 6))) == (None, 3, None)
    assert not stopped.overdue(date(2030, 1, 1))
    text = "".join(stopped.explain("zh"))
    assert "已经过2个工作日" in text
    assert "尚余3个工作日" in text
    # Whoever was late before the clock stopped stays late.
    late = Deadline(date(2024, 6, 3), 5, pauses=(Pause(date(2024, 6, 20), None, "等待补正"),), calendar=PUBLISHED)
    assert late.date == date(2024, 6, 11)  # 10 June was the Dragon Boat Festival
    assert late.overdue(date(2024, 6, 12))
    assert late.working_days_left(date(2024, 6, 13)) == -2
    assert late.remaining is None


@pytest.mark.parametrize("unit", list(Unit))
def test_an_open_pause_stops_every_unit(unit: Unit) -> None:
    stopped = Deadline(date(2024, 6, 3), 3, unit, (Pause(date(2024, 6, 4), None, "等待补正"),), calendar=PUBLISHED)
    assert stopped.stopped
    assert stopped.explain("zh")[-1].endswith("重新推算。")


def test_a_year_that_is_not_published_is_provisional() -> None:
    known, unknown = (Deadline(date(2026, 12, day), 5, calendar=PUBLISHED) for day in (1, 28))
    assert not known.provisional
    assert unknown.provisional
    assert unknown.date == date(2027, 1, 4)  # by weekdays: New Year's Day 2027 is not known to be a holiday
    assert any("2027年的放假安排尚未公布" in line for line in unknown.explain("zh"))


def test_why_this_date_in_both_languages() -> None:
    deadline = Deadline(
        date(2024, 9, 26), 8, pauses=(Pause(date(2024, 10, 8), date(2024, 10, 10), "等待补正"),), event="受理",
        source="（十五）", calendar=PUBLISHED,
    )  # fmt: skip
    assert deadline.explain("zh") == (
        "期限8个工作日，自2024年9月26日（受理）的次日起算，当日不计入。",
        "依据：（十五）。",
        "其间2个周末休息日不计。",
        "2024年10月1日至2024年10月7日为国庆节放假，不计。",
        "2024年9月29日、2024年10月12日是周末调休上班，计入。",
        "2024年10月8日至2024年10月10日期限中止2日：等待补正；中止当日计入，恢复当日不计入。",
        "因此，期限于2024年10月15日届满。",
    )
    english = deadline.explain("en")
    assert len(english) == 7
    assert english[-1] == "The period therefore ends on 15 October 2024."
    assert "National Day" in english[3]
    assert not any("工作日" in line or "期限" in line for line in english)


# --- the calendar in force ---------------------------------------------------------------------------------------


@pytest.mark.django_db
class TestInForce:
    def test_the_migration_brought_the_calendars(self) -> None:
        calendar = clock.calendar()
        assert calendar.published == frozenset(range(2004, 2027))
        assert calendar.specials == KNOWN
        assert clock.working_days_after(date(2024, 9, 27), 1) == date(2024, 9, 29)
        assert clock.is_working(date(2024, 10, 12))
        assert clock.working_days_between(date(2024, 9, 30), date(2024, 10, 12)) == 5

    def test_seeding_again_changes_nothing(self) -> None:
        from zongbu.desk.kernel.clock.models import CalendarDay

        seed(CalendarYear, CalendarDay)
        assert CalendarYear.objects.count() == 23

    def test_a_newer_version_supersedes_at_once(self) -> None:
        deadline = Deadline(date(2026, 12, 28), 5)
        assert deadline.provisional
        parsed = parse("2027-01-01至2027-01-03,休,元旦\n2027-01-09,班,元旦", 2027)
        first = import_year(ADMINISTRATOR, 2027, parsed.days, "国办发明电〔2026〕1号", provisional=True)
        assert Deadline(date(2026, 12, 28), 5).date == date(2027, 1, 5)
        assert Deadline(date(2026, 12, 28), 5).provisional
        second = import_year(ADMINISTRATOR, 2027, parsed.days, "国办发明电〔2026〕1号")
        assert (first.version, second.version) == (1, 2)
        assert not Deadline(date(2026, 12, 28), 5).provisional
        assert clock.is_working(date(2027, 1, 9))
        entry = Entry.objects.latest("sequence")
        assert entry.act == "kernel.import_calendar"
        assert entry.before["provisional"] is True
        assert entry.after["days"]["2027-01-09"] == "班 元旦"

    def test_what_was_taken_back_is_not_remembered(self) -> None:
        try:
            with transaction.atomic():
                import_year(ADMINISTRATOR, 2027, {date(2027, 1, 4): Special(False, "元旦")}, "来源")
                assert not clock.is_working(date(2027, 1, 4))
                raise RuntimeError
        except RuntimeError:
            pass
        assert clock.is_working(date(2027, 1, 4))

    @pytest.mark.parametrize(
        ("year", "days", "source", "fault"),
        [
            (2027, {date(2027, 1, 1): Special(False, "")}, " ", "来源"),
            (2027, {}, "来源", "一个特殊日也没有"),
            (2027, {date(2028, 1, 1): Special(False, "")}, "来源", "不在2027年"),
            (1900, {date(1900, 1, 1): Special(False, "")}, "来源", "年份"),
        ],
    )
    def test_a_faulty_import_is_refused(self, year: int, days: Any, source: str, fault: str) -> None:
        with pytest.raises(InputError, match=fault):
            import_year(ADMINISTRATOR, year, days, source)

    def test_nothing_new_is_not_imported(self) -> None:
        with pytest.raises(InputError, match="完全相同"):
            import_year(ADMINISTRATOR, 2026, {day: one for day, one in KNOWN.items() if day.year == 2026}, "来源")

    @pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
    def test_only_administrators_import(self, role: Role) -> None:
        with pytest.raises(PermissionDenied):
            import_year(Viewer(role, person=1), 2027, {date(2027, 1, 1): Special(False, "")}, "来源")

    def test_a_missing_year_waits_for_the_administrator(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("zongbu.desk.kernel.waiting.timezone.localdate", lambda: date(2026, 10, 31))
        assert waiting(ADMINISTRATOR) == []
        monkeypatch.setattr("zongbu.desk.kernel.waiting.timezone.localdate", lambda: date(2026, 11, 1))
        (one,) = waiting(ADMINISTRATOR)
        assert one.count == 1
        assert waiting(Viewer(Role.CITY_OFFICER, person=1)) == []


@pytest.mark.django_db(transaction=True)
def test_other_connections_follow_a_new_version(in_threads: Callable[..., list[Any]], monkeypatch: Any) -> None:
    clock.forget()
    assert clock.is_working(date(2027, 1, 4))
    in_threads(lambda n: import_year(ADMINISTRATOR, 2027, {date(2027, 1, 4): Special(False, "元旦")}, "来源"), 1)
    assert clock.is_working(date(2027, 1, 4))  # asked a moment ago
    clock.forget()  # what the next request does
    assert not clock.is_working(date(2027, 1, 4))


@pytest.mark.django_db(transaction=True)
def test_asking_often_asks_the_database_once(django_assert_num_queries: Any) -> None:
    clock.forget()
    clock.calendar()
    clock.forget()
    with django_assert_num_queries(1):
        for _ in range(50):
            Deadline(date(2024, 6, 3), 5).explain()


# --- pasted calendars ------------------------------------------------------------------------------------------------


def test_a_pasted_calendar_is_understood() -> None:
    text = "日期,休或班,名称\n2027-01-01至2027/1/3，休，元旦\n\n2027年1月9日\t班\t元旦\n2027.2.5..2027.2.6;放假"
    parsed = parse(text, 2027)
    assert parsed.faults == ()
    assert {day.isoformat(): (one.working, one.name) for day, one in parsed.days.items()} == {
        "2027-01-01": (False, "元旦"), "2027-01-02": (False, "元旦"), "2027-01-03": (False, "元旦"),
        "2027-01-09": (True, "元旦"), "2027-02-05": (False, ""), "2027-02-06": (False, ""),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("2027-01-01", "日期,休或班,名称"),
        ("2027-13-01,休", "没有2027-13-01这一天"),
        ("2027-02-29,休", "没有2027-02-29这一天"),
        ("元月1日,休", "不是日期"),
        ("2026-12-31,休", "不在2027年"),
        ("2027-01-04,班", "本来就是工作日"),
        ("2027-01-04,也许", "第二列应为"),
        ("2027-01-09至2027-01-04,休", "起止日期"),
        ("2027-01-09至2027-03-04,休", "起止日期"),
        ("2027-01-01,休\n2027-01-02,班\n2027-01-02,休", "另有安排"),
    ],
)
def test_a_pasted_line_that_is_wrong(line: str, fault: str) -> None:
    parsed = parse("2027-10-01,休,国庆节\n" + line, 2027)
    assert len(parsed.faults) == 1
    assert fault in parsed.faults[0][1]


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="2027-01/年月日至,，休班\n\t x", max_size=60))
def test_pasting_never_breaks(text: str) -> None:
    parsed = parse(text, 2027)
    assert all(day.year == 2027 for day in parsed.days)
