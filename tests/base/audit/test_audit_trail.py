"""What stands on the trail, what never does, and how it is found again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from xinheng.base.audit import queries, services
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.refusal import Refusal

pytestmark = pytest.mark.django_db


class TooMuch(Refusal):
    """For the tests."""

    code = "too_much"
    text = "No more than %(limit)s."


def test_an_act_is_written_with_who_when_what_before_and_after(chief: Actor, day: date) -> None:
    services.record(
        actor=chief,
        act="customers.rename",
        subject="customer:C-7",
        on=day,
        before={
            "name": "甲公司",
            "limit": Money.of("10.50"),
            "rate": Decimal("0.10"),
            "from": day,
            "parts": {2, 1},
        },
        after={"name": "乙公司", "scope": chief.scope},
        reason="更名",
    )

    entry = Entry.objects.get()
    assert (entry.actor_login, entry.actor_name, entry.via) == ("chief", "主管", "page")
    assert (entry.act, entry.subject, entry.outcome, entry.reason) == (
        "customers.rename", "customer:C-7", "done", "更名",
    )  # fmt: skip
    assert entry.business_day == day
    assert entry.before == {
        "name": "甲公司", "limit": "10.50 CNY", "rate": "0.10", "from": "2026-06-30", "parts": [1, 2],
    }  # fmt: skip
    assert entry.after["scope"]["reach"] == "everything"


def test_secrets_never_stand_on_the_trail(chief: Actor, day: date) -> None:
    hidden = {"password": "geheim-1", "new_password": "geheim-2", "inner": [{"api_token": "geheim-3"}]}
    entry = services.record(
        actor=chief, act="people.set_password", subject="person:wang", on=day, before=hidden, after=hidden
    )
    entry.refresh_from_db()
    assert "geheim" not in str([entry.before, entry.after, entry.reason])
    assert entry.after == {"password": "•••", "new_password": "•••", "inner": [{"api_token": "•••"}]}


def test_a_refusal_is_written_with_its_code_and_words(chief: Actor, day: date) -> None:
    entry = services.record_refusal(
        actor=chief, act="orders.place", subject="customer:C-7", on=day, refusal=TooMuch(limit=5)
    )
    assert (entry.outcome, entry.reason, entry.after) == (
        "refused",
        "too_much: No more than 5.",
        {"limit": 5},
    )


def test_the_act_and_its_entry_are_kept_together_or_not_at_all(chief: Actor, day: date) -> None:
    @transaction.atomic
    def place() -> None:
        services.record(actor=chief, act="orders.place", subject="", on=day)
        raise TooMuch(limit=1)

    with pytest.raises(TooMuch):
        place()
    assert not Entry.objects.exists()


def test_what_a_database_cannot_keep_does_not_break_the_trail(chief: Actor, day: date) -> None:
    nasty = "a\x00b\ud800c" + "x" * 500
    services.record(
        actor=replace(chief, login=nasty, name=nasty), act=nasty, subject=nasty, on=day,
        after={nasty: nasty, "nan": float("nan")}, reason=nasty,
    )  # fmt: skip
    services.seal_new_entries()
    assert services.verify().ok


def test_the_trail_is_searched_by_all_its_sides(chief: Actor, reader: Actor, day: date) -> None:
    for number in range(3):
        services.record(
            actor=chief, act="customers.register", subject=f"customer:C-{number}",
            on=day + timedelta(days=number), after={"name": f"恒信{number}号公司"},
        )  # fmt: skip
    services.record_refusal(
        actor=reader, act="policies.adopt", subject="policy:adv@1", on=day, refusal=TooMuch(limit=1)
    )

    def found(**wanted: object) -> list[str]:
        return [entry.subject for entry in queries.search(**wanted)]  # type: ignore[arg-type]

    assert found() == ["policy:adv@1", "customer:C-2", "customer:C-1", "customer:C-0"]
    assert found(login="reader") == ["policy:adv@1"]
    assert found(act="customers.register", until_on=day) == ["customer:C-0"]
    assert found(act="customers.") == ["customer:C-2", "customer:C-1", "customer:C-0"]
    assert found(subject="customer:C-1") == ["customer:C-1"]
    assert found(subject="policy:*") == ["policy:adv@1"]
    assert found(outcome="refused") == ["policy:adv@1"]
    assert found(from_on=day + timedelta(days=2)) == ["customer:C-2"]
    assert found(text="恒信1号") == ["customer:C-1"]
    assert found(text="too_much") == ["policy:adv@1"]
    assert found(text="%") == []
    assert queries.acts() == ["customers.register", "policies.adopt"]
