"""The journal: what goes in, that nothing gets out or is altered, and that every break is found at its place."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.checks import run_checks
from django.db import DatabaseError, connection, transaction
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zongbu.desk.kernel import journal
from zongbu.desk.kernel.checks import algorithm_is_known, journal_is_guarded
from zongbu.desk.kernel.journal import triggers
from zongbu.desk.kernel.journal.algorithms import ALGORITHMS
from zongbu.desk.kernel.journal.append import Item
from zongbu.desk.kernel.journal.chain import Fault, digest
from zongbu.desk.kernel.journal.models import Entry, Head
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer

BY = Viewer(Role.CITY_OFFICER, person=7, name="张三", organisation=3, organisation_name="市总部办", address="10.0.0.1")
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

pytestmark = pytest.mark.django_db


def write(number: int, **given: Any) -> None:
    with transaction.atomic():
        for n in range(number):
            journal.record("test.act", BY, case=f"C{n}", before={"n": n}, after={"n": n + 1}, **given)


@contextmanager
def behind_the_back() -> Iterator[None]:
    """Without triggers, and taken back afterwards."""
    with transaction.atomic():
        triggers.remove(connection)
        yield
        transaction.set_rollback(True)


# --- appending ---------------------------------------------------------------------------------------------


def test_entries_hang_on_one_another() -> None:
    write(3)
    first, second, third = Entry.objects.all()
    assert [first.sequence, second.sequence, third.sequence] == [1, 2, 3]
    assert (first.previous, second.previous, third.previous) == ("", first.digest, second.digest)
    head = Head.objects.get()
    assert (head.sequence, head.digest) == (3, third.digest)
    assert (first.person, first.person_name, first.role, first.address) == (7, "张三", "city_officer", "10.0.0.1")
    assert journal.verify() is None


@pytest.mark.django_db(transaction=True)
def test_an_entry_belongs_in_a_transaction() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        journal.record("test.act", BY)


def test_many_entries_are_written_as_one_chain(django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(30):
        written = journal.record_many("test.many", BY, (Item(case=str(n), after={"n": n}) for n in range(1001)))
    assert written == 1001
    assert journal.verify() is None
    assert journal.record_many("test.none", BY, []) == 0


def test_an_empty_journal_holds() -> None:
    assert journal.verify() is None


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=True)
    | st.text()
    | st.decimals(allow_nan=False)
    | st.dates()
    | st.datetimes(timezones=st.just(UTC))
    | st.sampled_from(list(Role)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@QUICK
@given(st.dictionaries(st.text(max_size=5), anything, max_size=3), st.text())
def test_whatever_goes_in_comes_out_unaltered(values: dict[str, Any], reason: str) -> None:
    with transaction.atomic():
        journal.record("test.act", BY, reason=reason, before=values, after=values)
        assert journal.verify() is None
        transaction.set_rollback(True)


def test_amounts_dates_and_choices_become_text() -> None:
    with transaction.atomic():
        entry = journal.record(
            "test.act",
            BY,
            after={"a": Decimal("1.20"), "d": date(2024, 6, 1), "r": Role.AUDITOR, "f": 0.1, "n": 10**30},
        )
    entry.refresh_from_db()
    assert entry.after == {"a": "1.20", "d": "2024-06-01", "r": "auditor", "f": "0.1", "n": 10**30}


def test_texts_longer_than_their_fields_are_cut() -> None:
    with transaction.atomic():
        journal.record("x" * 500, BY, case="c" * 500, reason="r" * 5000)
    entry = Entry.objects.get()
    assert (len(entry.act), len(entry.case), len(entry.reason)) == (80, 60, 5000)
    assert journal.verify() is None


# --- what the database forbids ---------------------------------------------------------------------------------


FORBIDDEN = [
    "UPDATE kernel_entry SET act = 'x'",
    "UPDATE kernel_entry SET act = act",
    "DELETE FROM kernel_entry",
    "DELETE FROM kernel_entry WHERE sequence = 2",
    "DELETE FROM kernel_head",
    "UPDATE kernel_head SET sequence = 1",
    "UPDATE kernel_head SET digest = 'x'",
    "DELETE FROM kernel_participation",
    "UPDATE kernel_participation SET duty = ''",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_database_forbids(statement: str) -> None:
    write(3)
    from zongbu.desk.kernel.flow import Participation

    Participation.objects.create(
        flow="f", case="1", act="a", end="e", moment=datetime.now(UTC), person=1, person_name="x", role="auditor"
    )
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert journal.verify() is None


@pytest.mark.parametrize("table", ["kernel_entry", "kernel_head", "kernel_participation"])
def test_postgres_forbids_truncate(table: str) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite knows no TRUNCATE")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table}")


@pytest.mark.parametrize("change", [{"sequence": 9}, {"sequence": 2}, {"previous": "x"}])
def test_the_database_takes_only_the_next_entry(change: dict[str, Any]) -> None:
    write(2)
    entry = Entry.objects.get(sequence=2)
    entry.sequence, entry.previous = 3, entry.digest
    for name, value in change.items():
        setattr(entry, name, value)
    entry.digest = digest(entry)
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.save(force_insert=True)


def test_sqlite_replaces_nothing() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite has INSERT OR REPLACE")
    write(3)
    columns = ", ".join(f'"{field.column}"' for field in Entry._meta.fields if field.name != "sequence")
    for number, previous in ((2, "previous"), (4, "(SELECT digest FROM kernel_entry WHERE sequence = 3)")):
        chosen = columns.replace('"previous"', previous)
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"INSERT OR REPLACE INTO kernel_entry (sequence, {columns}) "
                f"SELECT {number}, {chosen} FROM kernel_entry WHERE sequence = 2"
            )


def test_a_missing_trigger_is_reported_and_comes_back() -> None:
    assert journal_is_guarded(databases=["default"]) == []
    triggers.remove(connection)
    (error,) = journal_is_guarded(databases=["default"])
    assert error.id == "kernel.E002"
    triggers.look_after("default")
    assert triggers.missing(connection) == []


# --- the chain -----------------------------------------------------------------------------------------------


def raw(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


COLUMNS = st.sampled_from(
    ["moment", "act", "person", "person_name", "role", "organisation_name", "subject", "case", "reason", "before", "after",
     "address", "previous", "digest", "algorithm"]
)  # fmt: skip


def alter(column: str, number: int) -> None:
    value: Any = f"altered {number}"
    if column == "moment":
        value = datetime(2001, 1, 1, tzinfo=UTC)
    elif column == "person":
        value = 424242
    elif column in ("before", "after"):
        value = json.dumps({"n": "altered"})
    cast = "::jsonb" if connection.vendor == "postgresql" and column in ("before", "after") else ""
    raw(f'UPDATE kernel_entry SET "{column}" = %s{cast} WHERE sequence = %s', value, number)


@QUICK
@given(st.data())
def test_an_altered_entry_is_found(data: st.DataObject) -> None:
    with behind_the_back():
        write(size := data.draw(st.integers(1, 8)))
        numbers = data.draw(st.lists(st.integers(1, size), min_size=1, max_size=3, unique=True))
        for number in numbers:
            alter(data.draw(COLUMNS), number)
        found = journal.verify()
        assert found is not None
        assert found.sequence == min(numbers)


@QUICK
@given(st.data())
def test_a_removed_entry_is_found(data: st.DataObject) -> None:
    with behind_the_back():
        write(size := data.draw(st.integers(1, 8)))
        numbers = data.draw(st.lists(st.integers(1, size), min_size=1, max_size=size, unique=True))
        for number in numbers:
            raw("DELETE FROM kernel_entry WHERE sequence = %s", number)
        assert journal.verify() == journal_break(min(numbers), Fault.MISSING)


@QUICK
@given(st.data())
def test_swapped_entries_are_found(data: st.DataObject) -> None:
    with behind_the_back():
        write(size := data.draw(st.integers(2, 8)))
        one, other = sorted(data.draw(st.lists(st.integers(1, size), min_size=2, max_size=2, unique=True)))
        for start, end in ((one, 1000), (other, one), (1000, other)):
            raw("UPDATE kernel_entry SET sequence = %s WHERE sequence = %s", end, start)
        found = journal.verify()
        assert found is not None
        assert found.sequence == one


@QUICK
@given(st.data())
def test_an_entry_rewritten_with_its_digest_is_found(data: st.DataObject) -> None:
    with behind_the_back():
        write(size := data.draw(st.integers(1, 8)))
        number = data.draw(st.integers(1, size))
        entry = Entry.objects.get(sequence=number)
        entry.reason = "rewritten"
        if data.draw(st.booleans()):
            entry.previous = "0" * 64
        entry.digest = digest(entry)
        entry.save(force_update=True)
        assert journal.verify() == journal_break(number, Fault.REWRITTEN)


@QUICK
@given(st.data())
def test_a_removed_entry_whose_followers_were_renumbered_is_found(data: st.DataObject) -> None:
    with behind_the_back():
        write(size := data.draw(st.integers(2, 8)))
        number = data.draw(st.integers(1, size))
        raw("DELETE FROM kernel_entry WHERE sequence = %s", number)
        for later in range(number + 1, size + 1):
            raw("UPDATE kernel_entry SET sequence = %s WHERE sequence = %s", later - 1, later)
        found = journal.verify()
        assert found is not None
        assert found.sequence == number


def test_entries_behind_the_end_and_a_removed_head_are_found() -> None:
    with behind_the_back():
        write(3)
        raw("UPDATE kernel_head SET sequence = 2, digest = (SELECT digest FROM kernel_entry WHERE sequence = 2)")
        assert journal.verify() == journal_break(3, Fault.BEYOND)
        raw("DELETE FROM kernel_head")
        assert journal.verify() == journal_break(1, Fault.BEYOND)


@pytest.mark.parametrize("chunk", [1, 2, 1000])
def test_an_entry_that_cannot_be_read_is_found(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps nothing that is no date")
    monkeypatch.setattr("zongbu.desk.kernel.journal.chain.CHUNK", chunk)
    with behind_the_back():
        write(5)
        raw("UPDATE kernel_entry SET moment = '2024-13-45 99:99:99' WHERE sequence = 4")
        assert journal.verify() == journal_break(4, Fault.UNREADABLE)


def test_a_chain_written_anew_is_found_by_who_noted_down_its_end() -> None:
    with behind_the_back():
        write(3)
        noted = Entry.objects.values_list("sequence", "digest").get(sequence=2)
        raw("DELETE FROM kernel_entry")
        raw("UPDATE kernel_head SET sequence = 0, digest = ''")
        write(1, reason="forged")
        assert journal.verify() is None
        assert journal.verify(noted) == journal_break(2, Fault.MISSING)
        write(2)
        assert journal.verify(noted) == journal_break(2, Fault.REWRITTEN)


def test_memory_does_not_grow_with_the_journal(monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any) -> None:
    write(7)
    monkeypatch.setattr("zongbu.desk.kernel.journal.chain.CHUNK", 3)
    with django_assert_num_queries(4):
        assert journal.verify() is None


def journal_break(sequence: int, fault: Fault) -> Any:
    from zongbu.desk.kernel.journal.chain import Break

    found = Break(sequence, fault)
    assert str(sequence) in found.what
    return found


# --- algorithms ------------------------------------------------------------------------------------------------


@pytest.mark.skipif("sm3" not in ALGORITHMS, reason="OpenSSL here has no SM3")
def test_sm3_and_sha256_share_a_chain() -> None:
    # GB/T 32905-2016, example 1
    assert ALGORITHMS["sm3"](b"abc") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    write(1)
    with override_settings(JOURNAL_ALGORITHM="sm3"):
        assert algorithm_is_known() == []
        write(2)
    assert list(Entry.objects.values_list("algorithm", flat=True)) == ["sha256", "sm3", "sm3"]
    assert journal.verify() is None


def test_an_algorithm_that_is_not_there_is_an_error_of_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(ALGORITHMS, "sm3", raising=False)
    with override_settings(JOURNAL_ALGORITHM="sm3"):
        assert [error.id for error in run_checks(tags=["security"]) if error.id.startswith("kernel")] == ["kernel.E001"]
    with override_settings(JOURNAL_ALGORITHM="md5"):
        (error,) = algorithm_is_known()
        assert "sha256" in str(error.hint)


def test_an_entry_with_an_algorithm_that_is_not_there_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    write(1)
    monkeypatch.delitem(ALGORITHMS, "sha256")
    assert journal.verify() == journal_break(1, Fault.ALGORITHM)


# --- at the same time ------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_appending_at_the_same_time_makes_one_chain(in_threads: Callable[..., list[Any]]) -> None:
    in_threads(lambda n: write(5), 4)
    assert list(Entry.objects.values_list("sequence", flat=True)) == list(range(1, 21))
    assert journal.verify() is None


# --- several at once -------------------------------------------------------------------------------------------


def acts() -> list[str]:
    return list(Entry.objects.order_by("sequence").values_list("act", flat=True))


def lose() -> None:
    with transaction.atomic():
        journal.record("test.lost", BY)
        with transaction.atomic():
            journal.record("test.lost", BY)
        raise ZeroDivisionError


class TestTogether:
    def test_entries_are_written_at_the_end_in_their_order(self) -> None:
        with transaction.atomic(), journal.together():
            first = journal.record("test.one", BY, case="A", after={"n": 1})
            journal.record_many("test.two", BY, [Item(case="B"), Item(case="C")])
            with journal.together():
                journal.record("test.three", BY)
            assert not Entry.objects.exists()
        assert acts() == ["test.one", "test.two", "test.two", "test.three"]
        assert first.sequence == 1
        assert journal.verify() is None

    def test_what_was_so_then_is_told(self) -> None:
        values = {"n": 1}
        with transaction.atomic(), journal.together():
            journal.record("test.one", BY, after=values)
            values["n"] = 2
        assert Entry.objects.get().after == {"n": 1}

    def test_what_is_rolled_back_leaves_no_entry(self) -> None:
        with transaction.atomic(), journal.together():
            journal.record("test.one", BY)
            with pytest.raises(ZeroDivisionError):
                lose()
            with transaction.atomic():
                journal.record("test.two", BY)
        assert acts() == ["test.one", "test.two"]
        assert journal.verify() is None

    def test_what_fails_leaves_no_entry(self) -> None:
        with pytest.raises(ZeroDivisionError), transaction.atomic(), journal.together():
            lose()
        write(1)
        assert acts() == ["test.act"]

    def test_it_belongs_in_a_transaction(self) -> None:
        connection.needs_rollback, before = False, connection.in_atomic_block
        connection.in_atomic_block = False
        try:
            with pytest.raises(transaction.TransactionManagementError), journal.together():
                pass
        finally:
            connection.in_atomic_block = before
