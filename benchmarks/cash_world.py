"""A ledger whose receipts are known to pay certain bills, made from a seed: simulated, belongs to nobody.

Every customer has open bills and pays as people pay: with the bill's number in the text or without, one bill
or several, by the month, less the bank's fee, less a discount, in part, a round sum on account, against a
credit note. What each receipt was meant for is kept aside as the truth.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import polars as pl

SEED = 20260630
START = date(2026, 1, 1)
HABITS = {  # of a hundred receipts
    "one_named": 24, "one": 20, "several_named": 16, "oldest": 11, "several": 6, "month": 6, "part_named": 5,
    "fee_named": 4, "fee": 2, "on_account": 3, "credit": 2, "nothing": 1,
}  # fmt: skip
PREFIXES = ("INV-2026-", "XS", "FP ", "A")


@dataclass
class World:
    """Frames as the ledger gives them, and the truth: receipt_id, line, minor paid by whatever paid it."""

    money: list[dict[str, Any]] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)
    truth: list[dict[str, Any]] = field(default_factory=list)
    habits: dict[int, str] = field(default_factory=dict)

    def frames(self) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
        """Receipts, open lines in the order of clearing, and the truth."""
        lines = pl.DataFrame(self.lines).sort("customer_id", "due_on", "line")
        placed = lines.with_columns(place=pl.int_range(pl.len()).over("customer_id", "currency"))
        return pl.DataFrame(self.money), placed, pl.DataFrame(self.truth)


def made(receipts: int, *, seed: int = SEED, a_customer: int = 5) -> World:
    """About so many receipts, `a_customer` of each customer."""
    world, chance = World(), random.Random(seed)  # noqa: S311 - a simulation
    for customer in range(1, receipts // a_customer + 1):
        _customer(world, customer, a_customer, chance)
    return world


def _customer(world: World, customer: int, receipts: int, chance: random.Random) -> None:
    prefix, month_rent = chance.choice(PREFIXES), chance.random() < 0.15
    rent = chance.randint(10_000, 2_000_000)
    round_to = 10_000 if chance.random() < 0.1 else 1
    still_open = []
    for at in range(chance.randint(receipts, receipts * 4)):
        billed = START + timedelta(days=chance.randint(0, 120))
        minor = (
            rent
            if month_rent and chance.random() < 0.6
            else chance.randint(5_000, 8_000_000) // round_to * round_to
        )
        still_open.append(
            _line(world, customer, f"{prefix}{customer % 997:03d}{at:04d}", billed, max(minor, 100))
        )
    for at in range(chance.randint(0, 2)):
        _line(
            world, customer, f"{prefix}CN{customer % 997:03d}{at:02d}", START, -chance.randint(1_000, 40_000)
        )
    notes = [row for row in world.lines[-3:] if row["customer_id"] == customer and row["open_minor"] < 0]
    still_open.sort(key=lambda row: (row["due_on"], row["line"]))
    for at in range(receipts):
        _receipt(world, customer, at, still_open, notes, chance)


def _line(world: World, customer: int, no: str, billed: date, minor: int) -> dict[str, Any]:
    row = {
        "line": len(world.lines), "customer_id": customer, "currency": "CNY", "bill_no": no, "kind": "goods",
        "billed_on": billed, "due_on": billed + timedelta(days=30), "open_minor": minor,
    }  # fmt: skip
    world.lines.append(row)
    return dict(row)


def _receipt(
    world: World, customer: int, at: int, still_open: list[Any], notes: list[Any], chance: random.Random
) -> None:
    day = START + timedelta(days=121 + at * 9 + chance.randint(0, 5))
    habit = chance.choices(list(HABITS), list(HABITS.values()))[0]
    paid, minor = _chosen(habit, still_open, notes, chance)
    if not paid and habit != "nothing":
        return
    receipt = len(world.money) + 1
    text = (
        _text([row for row, _ in paid], chance)
        if "named" in habit
        else chance.choice(["货款", "", "往来款 2026", "付款"])
    )
    row = {"receipt_id": receipt, "customer_id": customer, "currency": "CNY", "received_on": day}
    world.money.append({**row, "free_minor": minor, "reference": text})
    world.habits[receipt] = habit
    for line, part in paid:
        world.truth.append({"receipt_id": receipt, "line": line["line"], "minor": part})
        line["open_minor"] -= part
    still_open[:] = [line for line in still_open if line["open_minor"]]


def _chosen(
    habit: str, still_open: list[Any], notes: list[Any], chance: random.Random
) -> tuple[list[Any], int]:
    if habit == "nothing" or not still_open:
        return [], chance.randint(100_000, 900_000)
    some = min(len(still_open), chance.randint(2, 5))
    one = still_open[0] if chance.random() < 0.5 else chance.choice(still_open)
    picked = {
        "several_named": chance.sample(still_open, some), "several": chance.sample(still_open, some),
        "oldest": still_open[:some],
        "month": [row for row in still_open if row["billed_on"].month == still_open[0]["billed_on"].month],
        "credit": still_open[:some] if notes else [],
    }.get(habit, [one])  # fmt: skip
    paid = [(row, row["open_minor"]) for row in picked]
    total = sum(part for _, part in paid)
    if habit == "part_named":
        part = max(1, int(total * chance.uniform(0.2, 0.8)))
        return [(one, part)], part
    if habit in ("fee", "fee_named"):
        return paid, total - min(total - 1, chance.choice([500, 1_000, 1_550, 3_000]))
    if habit == "on_account":
        return _on_account(still_open, int(total * chance.uniform(0.3, 1.6)) // 10_000 * 10_000 or total)
    if habit == "credit" and notes:
        note = notes.pop()
        return (paid, total + note["open_minor"]) if total + note["open_minor"] > 0 else ([], 0)
    return paid, total


def _on_account(still_open: list[Any], minor: int) -> tuple[list[Any], int]:
    left, paid = minor, []
    for row in still_open:
        part = min(left, row["open_minor"])
        if part:
            paid.append((row, part))
        left -= part
    return paid, minor


def _text(paid: list[Any], chance: random.Random) -> str:
    nos = [row["bill_no"] for row in paid]
    written = [
        chance.choice([no, no.replace("-", " "), no.replace("-", ""), no.lower(), _wide(no)]) for no in nos
    ]
    return chance.choice(["付货款 ", "", "发票:", "NO. "]) + chance.choice(["、", ",", " ", "/"]).join(
        written
    )


def _wide(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)
