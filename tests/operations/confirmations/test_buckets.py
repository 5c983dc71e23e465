"""Buckets are data: refused with line and cause, changed by a further version, in force by day."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.facts.receivables.test_ageing import post_ibm
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.packs.adopting import put_in_force
from xinheng.judgements.policies.errors import PolicyInvalid
from xinheng.operations.confirmations import buckets, gathering, services
from xinheng.operations.confirmations.values import AgeingAsked

SHIPPED = (Path(__file__).resolve().parents[3] / "packs" / "general" / "ageing_buckets.yaml").read_text(
    "utf-8"
)


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("wrong", "line", "cause"),
    [
        (SHIPPED.replace("[0, 30, 60, 90, 180, 360]", "[0, 60, 30]"), 16, "Each bucket must end after"),
        (SHIPPED.replace("upto: [1, 2, 3, 4, 5]", "upto: [0, 1]"), 32, "begin above 0"),
        (SHIPPED.replace("usual: overdue", "usual: nothing"), 9, "There is no set nothing"),
        (SHIPPED.replace("unit: years", "unit: weeks"), 31, "unit"),
        (SHIPPED.replace("code: quarters", "code: age"), 19, "stands twice"),
    ],
)
def test_a_document_that_cannot_be_is_refused_with_line_and_cause(wrong: str, line: int, cause: str) -> None:
    from django.utils import translation

    with translation.override("en"), pytest.raises(PolicyInvalid) as refused:
        buckets.load(wrong)
    assert refused.value.params["line"] == line
    assert cause in str(refused.value)


@pytest.mark.django_db
def test_the_shipped_buckets_hold_until_others_are_adopted_and_from_their_day_on() -> None:
    text = SHIPPED.replace("[0, 30, 60, 90, 180, 360]", "[0, 45]")
    told: Any = {"actor": system_actor(), "on": date(2026, 6, 1)}
    assert buckets.in_force(date(2026, 5, 31)).first.upto == (0, 30, 60, 90, 180, 360)

    put_in_force(**told, kind="ageing_buckets", text=text, effective_from=date(2026, 6, 1))

    assert buckets.in_force(date(2026, 6, 1)).first.upto == (0, 45)
    assert buckets.in_force(date(2026, 5, 31)).first.upto == (0, 30, 60, 90, 180, 360)


@pytest.mark.django_db
@pytest.mark.any_database
def test_a_real_ledger_is_cut_gathered_and_proven(shared_data: Any, chief: Actor) -> None:
    post_ibm(pl.read_parquet(shared_data / "ibm_ar" / "invoices_asof_2013-07-01.parquet"), chief)
    day = date(2013, 6, 30)

    found = gathering.aged(chief, AgeingAsked(by="kind", buckets="quarters"), as_of=day, on=day)

    (line,) = found.lines
    assert [str(one) for one in line.buckets] == ["4,284.29", "835.56", "0.00", "0.00", "0.00"]
    assert line.bills == 84
    assert services.prove_ageing(actor=chief, on=day, as_of=day).is_sound
