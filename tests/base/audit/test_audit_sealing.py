"""Whatever is done to a sealed trail behind the application's back is named."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.utils import translation

from xinheng.base.audit import heads, sealing, services
from xinheng.base.audit.models import Entry, Seal
from xinheng.base.kernel.actors import Actor

Writer = Callable[[int], list[int]]


def sql(statement: str, *params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


@pytest.fixture
def written(chief: Actor, day: date) -> Writer:
    """Write so many entries; gives their ids."""

    def write(count: int) -> list[int]:
        return [
            services.record(
                actor=chief,
                act="customers.rename",
                subject=f"customer:C-{number}",
                on=day,
                before={"name": "甲公司", "number": number},
                after={"name": "乙公司", "number": number + 0.5},
                reason="更名",
            ).pk
            for number in range(count)
        ]

    return write


@pytest.mark.django_db
def test_positions_have_no_gap_and_the_trail_is_whole(written: Writer) -> None:
    written(5)
    assert services.seal_new_entries() == 5
    written(2)
    assert services.verify().unsealed == 2
    assert services.seal_new_entries() == 2
    assert services.seal_new_entries() == 0
    found = services.verify()
    assert (found.ok, found.sealed, found.unsealed, found.first_altered, found.cause) == (
        True,
        7,
        0,
        None,
        "",
    )
    assert list(Seal.objects.values_list("position", flat=True)) == list(range(1, 8))
    assert found.head == f"7:{Seal.objects.get(position=7).hash}"


@pytest.mark.django_db
def test_an_empty_trail_is_whole() -> None:
    assert services.verify() == services.Verification(ok=True, sealed=0, unsealed=0)


TEXTS = ["actor_login", "actor_name", "via", "act", "subject", "outcome", "reason", "mark", "before", "after"]


@pytest.mark.django_db
@pytest.mark.parametrize("column", TEXTS)
def test_any_byte_of_any_text_is_under_the_seal(written: Writer, column: str) -> None:
    ids = written(3)
    services.seal_new_entries()
    kept = _stored(column, ids[1])
    for place in range(len(kept)):
        sign = "x" if kept[place] != "x" else "y"
        with transaction.atomic():
            sql(
                f"UPDATE audit_entry SET {column} = %s WHERE id = %s",
                kept[:place] + sign + kept[place + 1 :],
                ids[1],
            )
            found = services.verify()
            transaction.set_rollback(True)
        assert (found.ok, found.first_altered, found.cause) == (False, ids[1], "altered"), place
    assert services.verify().ok


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("at", "2026-06-30 00:00:00.000001+00:00"),
        ("business_day", "2026-07-01"),
        ("before", None),
        ("before", "{}"),
        ("after", '{"name": "乙公司", "number": 1.5}'),  # the same value in other bytes
        ("after", "no json"),
        ("reason", ""),
        ("mark", None),
    ],
)
def test_any_other_value_is_under_the_seal(written: Writer, change: str, value: str | None) -> None:
    ids = written(3)
    services.seal_new_entries()
    sql(f"UPDATE audit_entry SET {change} = %s WHERE id = %s", value, ids[1])
    found = services.verify()
    assert (found.ok, found.first_altered, found.cause) == (False, ids[1], "altered")
    assert found.words


@pytest.mark.django_db
def test_bytes_that_read_the_same_are_under_the_seal_too(written: Writer) -> None:
    ids = written(1)
    services.seal_new_entries()
    for change in (
        "at = replace(at, ' ', 'T')",
        "at = at || '0'",
        "business_day = business_day || ' '",
        "act = CAST(act AS BLOB)",
        "reason = CAST(reason AS BLOB)",
    ):
        statement = f"UPDATE audit_entry SET {change} WHERE id = {ids[0]}"
        if (
            connection.vendor != "sqlite"
        ):  # it keeps days, instants and texts as such, and takes no other bytes
            with pytest.raises(DatabaseError), transaction.atomic():
                sql(statement)
            assert services.verify().ok
            continue
        with transaction.atomic():
            sql(statement)
            found = services.verify()
            transaction.set_rollback(True)
        assert (found.first_altered, found.cause) == (ids[0], "altered"), change


@pytest.mark.django_db
def test_a_deleted_entry_is_named(written: Writer) -> None:
    ids = written(4)
    services.seal_new_entries()
    sql("DELETE FROM audit_entry WHERE id = %s", ids[2])
    found = services.verify()
    assert (found.ok, found.first_altered, found.cause, found.position) == (False, ids[2], "deleted", 3)
    with translation.override("zh-hans"):
        assert found.sentence == f"记录{ids[2]}（第3位）：该条记录被删除。"
    with translation.override("en"):
        assert found.sentence == f"Entry {ids[2]} (place 3): The entry was deleted."


@pytest.mark.django_db
def test_the_first_of_several_is_named(written: Writer) -> None:
    ids = written(6)
    services.seal_new_entries()
    sql("DELETE FROM audit_entry WHERE id = %s", ids[4])
    sql("UPDATE audit_entry SET reason = '' WHERE id = %s", ids[1])
    assert services.verify().first_altered == ids[1]


@pytest.mark.django_db
def test_an_entry_given_another_id_is_missed(written: Writer) -> None:
    ids = written(3)
    services.seal_new_entries()
    sql("UPDATE audit_entry SET id = 999999 WHERE id = %s", ids[1])
    found = services.verify()
    assert (found.first_altered, found.cause) == (ids[1], "deleted")


@pytest.mark.django_db
def test_two_exchanged_entries_are_named(written: Writer) -> None:
    ids = written(3)
    services.seal_new_entries()
    for old, new in ((ids[0], 999999), (ids[1], ids[0]), (999999, ids[1])):
        sql("UPDATE audit_entry SET id = %s WHERE id = %s", new, old)
    assert services.verify().first_altered == ids[0]


INSERT = """INSERT INTO audit_entry (id, at, business_day, actor_login, actor_name, via, act, subject, outcome,
    reason, before, after, mark) SELECT %s, at, business_day, actor_login, actor_name, via, act, 'customer:X',
    outcome, reason, before, after, {mark} FROM audit_entry WHERE id = %s"""


@pytest.mark.django_db
@pytest.mark.parametrize("mark", ["NULL", "'x' || substr(mark, 2)", "''"])
@pytest.mark.parametrize("sealed_afterwards", [False, True])
def test_an_inserted_entry_is_named(written: Writer, mark: str, sealed_afterwards: bool) -> None:
    ids = written(3)
    services.seal_new_entries()
    sql(INSERT.format(mark=mark), ids[2] + 50, ids[0])
    if sealed_afterwards:
        services.seal_new_entries()
    found = services.verify()
    assert (found.ok, found.first_altered, found.cause) == (False, ids[2] + 50, "inserted")


@pytest.mark.django_db
def test_an_entry_inserted_between_sealed_ones_is_named(written: Writer) -> None:
    ids = written(1)
    sql("UPDATE audit_entry SET id = id + 10 WHERE id = %s", ids[0])
    services.seal_new_entries()
    sql(INSERT.format(mark="NULL"), ids[0], ids[0] + 10)
    services.seal_new_entries()
    found = services.verify()
    assert (found.first_altered, found.cause) == (ids[0], "inserted")


@pytest.mark.django_db
def test_an_entry_changed_before_it_was_sealed_is_named(written: Writer) -> None:
    ids = written(2)
    sql("UPDATE audit_entry SET reason = 'changed' WHERE id = %s", ids[1])
    assert services.verify().first_altered == ids[1]
    services.seal_new_entries()
    found = services.verify()
    assert (found.first_altered, found.cause) == (ids[1], "inserted")


@pytest.mark.django_db
def test_touched_seals_are_named(written: Writer) -> None:
    ids = written(4)
    services.seal_new_entries()
    for change, cause, named in (
        ("DELETE FROM audit_seal WHERE position = 2", "seal_missing", None),
        ("UPDATE audit_seal SET position = 9 WHERE position = 2", "seal_missing", None),
        ("UPDATE audit_seal SET position = 0 WHERE position = 1", "seal_missing", None),
        ("UPDATE audit_seal SET previous_hash = hash WHERE position = 2", "seal_altered", ids[1]),
        ("UPDATE audit_seal SET hash = previous_hash WHERE position = 2", "altered", ids[1]),
    ):
        with transaction.atomic():
            sql(change)
            found = services.verify()
            transaction.set_rollback(True)
        assert (found.ok, found.cause, found.first_altered) == (False, cause, named), change


@pytest.mark.django_db
def test_a_trail_cut_off_at_its_end_does_not_lead_to_the_noted_head(written: Writer) -> None:
    ids = written(4)
    services.seal_new_entries()
    head = services.verify().head
    written(2)
    services.seal_new_entries()
    assert services.verify(noted_head=head).ok
    sql("DELETE FROM audit_seal WHERE position >= 4")
    sql("DELETE FROM audit_entry WHERE id >= %s", ids[3])
    found = services.verify()  # nothing left in the database tells of it, but the file beside it does
    assert (found.ok, found.cause, found.position) == (False, "cut_off", 3)
    heads.note(tuple(found.head.split(":")))
    assert services.verify().ok
    found = services.verify(noted_head=head)
    assert (found.ok, found.cause, found.position) == (False, "cut_off", 3)


@pytest.mark.django_db
def test_the_sealer_goes_on_after_a_cut_but_does_not_hide_it(written: Writer) -> None:
    ids = written(4)
    services.seal_new_entries()
    noted = heads.noted()
    assert noted == services.verify().head
    sql("DELETE FROM audit_seal WHERE position >= 3")
    sql("DELETE FROM audit_entry WHERE id >= %s", ids[2])
    written(5)
    assert services.seal_new_entries() == 5
    assert heads.noted() == noted
    assert services.verify().cause == "cut_off"


@pytest.mark.django_db
def test_a_head_that_cannot_be_noted_stops_nothing(written: Writer, settings: Any, tmp_path: Path) -> None:
    settings.AUDIT_HEAD = tmp_path / "nowhere" / "audit_head"
    written(2)
    assert services.seal_new_entries() == 2
    assert services.verify().ok
    settings.AUDIT_HEAD = tmp_path / "audit_head"
    settings.AUDIT_HEAD.write_bytes(b"\xff nonsense")
    assert services.verify().cause == "cut_off"


@pytest.mark.django_db
def test_entries_written_under_an_earlier_secret_stay_proven(written: Writer, settings: Any) -> None:
    written(2)
    services.seal_new_entries()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the next one"
    written(1)
    assert services.verify().ok
    settings.SECRET_KEY_FALLBACKS = []
    found = services.verify()
    assert (found.cause, found.position) == ("altered", 1)


@pytest.mark.django_db
def test_who_has_only_the_database_cannot_chain_the_rest_anew(written: Writer) -> None:
    ids = written(5)
    services.seal_new_entries()
    sql("DELETE FROM audit_entry WHERE id = %s", ids[2])
    sql("DELETE FROM audit_seal")
    previous = sealing.START
    rows = sealing._fetch(f"SELECT {sealing._columns()} FROM audit_entry e ORDER BY e.id", [])
    for position, row in enumerate(rows, start=1):
        told = dict(zip(sealing.FIELDS, row, strict=True), previous=previous)
        hashed = hashlib.sha256(sealing.canonical(told).encode()).hexdigest()
        sql("INSERT INTO audit_seal VALUES (%s, %s, %s, %s)", position, row[0], previous, hashed)
        previous = hashed
    found = services.verify()
    assert (found.ok, found.first_altered, found.cause) == (False, ids[0], "altered")


@pytest.mark.django_db
def test_long_trails_are_walked_in_batches(written: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 7)
    ids = written(20)
    assert services.seal_new_entries() == 20
    written(8)
    found = services.verify()
    assert (found.ok, found.sealed, found.unsealed) == (True, 20, 8)
    sql("UPDATE audit_entry SET reason = '' WHERE id = %s", ids[13])
    assert services.verify().first_altered == ids[13]


@pytest.mark.django_db(transaction=True)
def test_sealers_and_writers_at_once_make_one_chain(chief: Actor, day: date) -> None:
    troubles: list[BaseException] = []

    def work(seals: bool) -> None:
        try:
            for number in range(15):
                if seals:
                    services.seal_new_entries()
                else:
                    with transaction.atomic():
                        services.record(
                            actor=chief, act="customers.rename", subject=f"customer:{number}", on=day
                        )
        except BaseException as trouble:  # noqa: BLE001
            troubles.append(trouble)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(number < 3,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    services.seal_new_entries()

    assert troubles == []
    assert Entry.objects.count() == Seal.objects.count() == 45
    assert services.verify().ok


def _stored(column: str, entry_id: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM audit_entry WHERE id = %s", [entry_id])
        return str(cursor.fetchone()[0])
