"""A small utility: two county units, three transformer areas, four consumers, inspectors and who decides."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from tests import worlds
from tests.facts.archive.bad_files import picture
from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.facts.archive.values import Upload
from xinheng.facts.customers import services as customers
from xinheng.facts.customers.values import NewCustomer
from xinheng.facts.metering import services as metering
from xinheng.facts.metering.values import NewArea, NewConsumer, Terms
from xinheng.judgements.theft import keeping, policy
from xinheng.judgements.theft.models import Ranking, Suspect
from xinheng.judgements.theft.values import Evidence
from xinheng.operations.inspections import services
from xinheng.operations.inspections.models import Case
from xinheng.operations.inspections.values import (
    Assignment,
    Drawn,
    NewCase,
    NewExhibit,
    NewFinding,
    TheftFacts,
    VisitTold,
)

DAY = date(2026, 6, 10)  # a Wednesday
PASSWORD = "长江-river-2026"
PEOPLE = {
    "gao": ("inspector", "NORTH"), "bai": ("inspector", "NORTH"), "lin": ("inspector", "SOUTH"),
    "wu": ("utility_analyst", "HQ"), "zheng": ("utility_analyst", "HQ"), "he": ("utility_analyst", "HQ"),
}  # fmt: skip
CONSUMERS = {  # unit, area, voltage, capacity, industry
    "6001": ("NORTH", "T1", "low", "8", "长江食品店"),
    "6002": ("NORTH", "T1", "low", None, "李家小卖部"),
    "6003": ("SOUTH", "T3", "high", "400", "东方机械厂"),
    "6004": ("NORTH", "T2", "low", "20", "北辰五金"),
}
CREW = ("gao", "bai")  # who inspects
INK = picture(size=(600, 200))


def given() -> date:
    """The utility on its day."""
    worlds.given(founded)
    return DAY


def founded(on: date = DAY) -> None:
    """Units, people, areas, customers and consumers."""
    root = {"actor": system_actor(), "on": on}
    access.load_shipped_roles(**root)  # type: ignore[arg-type]
    access.create_unit(**root, code="HQ", name="供电公司", kind="company")  # type: ignore[arg-type]
    for code, name in {"NORTH": "北县公司", "SOUTH": "南县公司"}.items():
        access.create_unit(**root, code=code, name=name, kind="company", parent="HQ")  # type: ignore[arg-type]
    for login, (role, unit) in PEOPLE.items():
        told: Any = {"login": login, "name": login, "password": PASSWORD, "role": role, "unit": unit}
        access.create_person(**root, **told)
    supplied(on)
    passes: Any = {"gao": ("JC-01", ["low_voltage"]), "bai": ("JC-02", ["data"]), "lin": ("JC-03", [])}
    for login, (pass_no, skills) in passes.items():
        services.set_inspector(**root, login=login, pass_no=pass_no, skills=skills, a_day=1)  # type: ignore[arg-type]


def supplied(on: date) -> None:
    """Areas and consumers, each with its credit file but the second."""
    root = {"actor": system_actor(), "on": on}
    metering.add_area(**root, new=NewArea("G", "全网", "company"))  # type: ignore[arg-type]
    for code in ("T1", "T2", "T3"):
        metering.add_area(**root, new=NewArea(code, f"{code}台区", "transformer", "G"))  # type: ignore[arg-type]
    for no, (unit, area, voltage, kva, name) in CONSUMERS.items():
        terms: Any = {"unit_code": unit, "area": area, "voltage": voltage}
        held = Terms(**terms, capacity_kva=Decimal(kva) if kva else None)
        if no != "6002":
            file = NewCustomer(name, f"C-{no}")
            customers.register(**root, new=file, despite_like_names=True)  # type: ignore[arg-type]
        opened = NewConsumer(no, name, date(2020, 1, 1), held, f"C-{no}" if no != "6002" else "")
        metering.open_consumer(**root, new=opened)  # type: ignore[arg-type]


def ranked(scores: dict[str, tuple[float, str]], on: date = DAY) -> int:
    """A ranking that suspects some consumers; gives its number."""
    row = ranking(CONSUMERS, on)
    for rank, (no, (score, level)) in enumerate(scores.items(), 1):
        told = Evidence("drop", "用电量骤降", "use dropped", 0.9, {"ratio": 0.3}, date(2026, 1, 1), DAY)
        Suspect.objects.create(
            ranking=row, rank=rank, consumer_no=no, name=CONSUMERS[no][4], area=CONSUMERS[no][1], score=score,
            level=level, detectors=" drop ", evidence=[told.plain()],
        )  # fmt: skip
    tally = {
        level: sum(one == level for _score, one in scores.values()) for level in ("high", "medium", "low")
    }
    row.industries, row.levels = [{"industry": "", **tally}], tally
    row.save()
    return int(row.pk)


def ranking(numbers: Iterable[str], on: date = DAY) -> Ranking:
    """A ranking whose kept figures say that its consumers all use 10 kWh a day."""
    figures = keeping.scratch() / "features.parquet"
    columns = {"consumer": list(numbers), "industry": None, "mean_kwh": 10.0}
    pl.DataFrame(columns, schema_overrides={"industry": pl.String}).write_parquet(figures)
    path, digest = keeping.kept(figures, "features")
    return Ranking.objects.create(
        as_of=on, since=on - timedelta(days=99), policy="theft@1", features_path=path, features_sha256=digest,
        results_path="r", results_sha256="0" * 64, consumers=4, engine="duckdb", made_by="wu", made_on=on,
        inputs={"policy_text": policy.SHIPPED.read_text("utf-8")},
    )  # fmt: skip


def who(login: str, on: date = DAY) -> Actor:
    """One of the utility as an actor."""
    return access.actor_of(people.person_by_login(login), on=on)


def at(day: date, hour: int = 10) -> datetime:
    """An hour of a day at the site."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo("Asia/Shanghai"))


def visited(consumer_no: str = "6001", *, on: date = DAY, mark: int = 0) -> Case:
    """A case opened from a tip, given to gao and bai, visited, with one photograph."""
    gao = {"actor": who("gao", on), "on": on}
    case = services.open_case(**gao, new=NewCase(consumer_no, "tip", "邻居举报绕越电表"))  # type: ignore[arg-type]
    services.assign(**gao, no=case.no, new=Assignment(CREW, on))  # type: ignore[arg-type]
    told = VisitTold(at(on), CREW, "M-1", "A123 破损", Decimal("3.2"), Decimal("14.5"), "李某")
    services.record_visit(**gao, no=case.no, told=told)  # type: ignore[arg-type]
    photo = Upload("meter.png", picture(size=(61 + mark, 40)))
    exhibit = NewExhibit("photo", at(on), "表箱旁", "进出线短接")
    services.add_exhibit(**gao, no=case.no, new=exhibit, upload=photo)  # type: ignore[arg-type]
    return Case.objects.get(pk=case.pk)


def theft(on: date | None = DAY, **more: Any) -> NewFinding:
    """Theft of 2.2 kW without a meter, since nobody knows when: 1,330.56 and 3,991.68 yuan."""
    facts = TheftFacts("private_tap", Decimal("0.56"), kva=Decimal("2.2"))
    told: dict[str, Any] = {"inspectors": CREW, "method": "private_tap", "theft": facts, **more}
    return NewFinding("theft", on, **told)


def found(consumer_no: str = "6001", *, on: date = DAY, new: NewFinding | None = None, mark: int = 0) -> Case:
    """A case with a finding that the consumer signed."""
    case = visited(consumer_no, on=on, mark=mark)
    gao = {"actor": who("gao", on), "on": on}
    services.record_finding(**gao, no=case.no, new=new or theft(on))  # type: ignore[arg-type]
    services.sign(**gao, at=at(on, 11), no=case.no, drawn=Drawn("consumer", "李某", INK))  # type: ignore[arg-type]
    return Case.objects.get(pk=case.pk)


def confirmed(consumer_no: str = "6001", *, on: date = DAY, mark: int = 0) -> Case:
    """A case whose theft wu confirmed."""
    case = found(consumer_no, on=on, mark=mark)
    services.confirm_finding(actor=who("wu", on), on=on, no=case.no)
    return Case.objects.get(pk=case.pk)
