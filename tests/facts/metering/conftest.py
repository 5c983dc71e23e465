"""A small utility: a company with two counties, two transformer areas, three consumers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.metering import services as metering
from xinheng.facts.metering.values import NewArea, NewConsumer, Terms

TODAY = date(2026, 6, 30)
OPENED = date(2024, 1, 1)


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    """The room's files stand in a folder of the test."""
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def utility(db: None, chief: Actor, home: Path) -> Actor:
    """E-1 low voltage 8 kVA and E-2 high voltage 315 kVA in T-1 of unit N; E-3 without capacity in T-2 of S."""
    for code, name, parent in (("U", "市公司", ""), ("N", "北县公司", "U"), ("S", "南县公司", "U")):
        kind = "company" if parent else "group"
        access.create_unit(actor=chief, on=TODAY, code=code, name=name, kind=kind, parent=parent)
    metering.add_area(actor=chief, on=TODAY, new=NewArea("C", "全网", "company"))
    for code in ("T-1", "T-2"):
        new = NewArea(code, f"台区{code}", "transformer", "C")
        metering.add_area(actor=chief, on=TODAY, new=new)
    open_consumer(chief, "E-1", Terms("N", "T-1", "low", capacity_kva=Decimal(8)))
    open_consumer(chief, "E-2", Terms("N", "T-1", "high", capacity_kva=Decimal(315)))
    open_consumer(chief, "E-3", Terms("S", "T-2", "low"))
    return chief


def open_consumer(actor: Actor, no: str, terms: Terms) -> None:
    """An account of the utility, open since 2024."""
    metering.open_consumer(actor=actor, on=TODAY, new=NewConsumer(no, f"用户{no}", OPENED, terms))
