"""Inspections by commands: a case to its claims, and the printed campaign with its rates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests import worlds
from tests.facts.archive.bad_files import picture
from tests.operations.inspections import utility
from tests.wiring.conftest import Typed
from xinheng.base.access import services as access
from xinheng.base.kernel.actors import system_actor
from xinheng.operations.inspections.models import Case
from xinheng.runs.services import business_day

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.any_database]
PRINTED = {
    "high": "34", "medium": "138", "low": "136", "suspects": "308", "theft": "4", "breach": "6",
    "fee": "3652.45", "penalty": "8524.26", "total": "12176.71",
}  # fmt: skip


@pytest.fixture
def typed(transactional_db: None, settings: Any) -> Typed:
    """The small utility on today's business day, and a shell."""
    settings.PASSWORD_HASHERS = ["tests.base.access.conftest.QuickArgon2"]
    worlds.given(utility.founded, business_day())
    return Typed(Path(settings.HOME))


@pytest.mark.req("PWR-38")
def test_the_printed_campaign_is_reckoned_and_a_total_that_does_not_add_up_refused(typed: Typed) -> None:
    told = {f"--{name}": value for name, value in PRINTED.items()}

    found = typed.json("inspections", "printed", *(part for pair in told.items() for part in pair))

    assert found["每查实户追补金额"] == "1217.67"
    assert found["命中率"].startswith("0.03246")  # 10 of 308
    told["--suspects"] = "309"
    refused = typed.json("inspections", "printed", *(part for pair in told.items() for part in pair), code=1)
    assert refused["refused"] == "figures_do_not_add_up"


@pytest.mark.req("PWR-25")
def test_a_case_is_found_and_confirmed_by_commands(
    typed: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on = business_day().isoformat()
    no = typed.json("inspections", "open", "6001", "举报", "--source", "tip")["no"]
    crew = ("--by", "gao", "--by", "bai")
    typed.json("inspections", "assign", no, *crew, "--on", on)
    typed.json("inspections", "visit", no, *crew, "--at", f"{on}T00:10:00", "--load", "3.2")
    photo = tmp_path / "表箱.png"
    photo.write_bytes(picture(size=(60, 50)))
    assert (
        len(typed.json("inspections", "evidence", no, str(photo), "--at", f"{on}T00:10:00")["sha256"]) == 64
    )
    theft = ("find", no, "theft", "--code", "bypass", "--price", "0.56", "--kva", "2.2")
    assert typed.json("inspections", *theft, *crew, code=1)["refused"] == "finding_incomplete"
    found = typed.json("inspections", *theft, *crew, "--on", on)
    assert (found["kwh"], found["total"]) == ("2376.0", "5,322.24")
    ink = tmp_path / "ink.png"
    ink.write_bytes(utility.INK)
    typed.json("inspections", "sign", no, "consumer", "李某", "--drawing", str(ink))
    assert typed.json("inspections", "confirm", no, code=1)["refused"] == "inspection_same_person"
    text, _token = access.issue_token(
        actor=system_actor(), on=business_day(), name="t", login="wu", expires_on=business_day(),
        permits=["inspections.read", "inspections.decide", "metering.read"],
    )  # fmt: skip
    monkeypatch.setenv("XINHENG_TOKEN", text)
    assert typed.json("inspections", "confirm", no)["bills"] == [f"{no}-F", f"{no}-P"]
    assert typed.json("inspections", "figures")["命中率"] == "1"
    labels = tmp_path / "labels.csv"
    typed.run("inspections", "labels", "--out", str(labels))
    assert labels.read_text("utf-8") == f"consumer,found,day\n6001,1,{on}\n"
    assert Case.objects.get().state == "confirmed"
