"""Inspections of the demonstration utility: cases of the first suspects, two found, one of them overturned."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from PIL import Image, ImageDraw

from xinheng.base.kernel.actors import Actor
from xinheng.facts.archive.values import Upload
from xinheng.facts.customers import services as customers
from xinheng.facts.customers.values import NewCustomer
from xinheng.facts.metering import services as metering
from xinheng.judgements.theft import queries as theft
from xinheng.judgements.theft import services as ranking
from xinheng.operations.inspections import queries as inspections
from xinheng.operations.inspections import services as acts
from xinheng.operations.inspections.values import (
    Assignment,
    BreachFacts,
    Drawn,
    NewExhibit,
    NewFinding,
    TheftFacts,
    VisitTold,
)
from xinheng.runs.demonstration.utility import CASES

CREW = (
    ("inspector", "JC-0001", ["low_voltage", "metering"]),
    ("patrol", "JC-0002", ["high_voltage", "data"]),
)
OPENED = 5  # cases of the first suspects
TRUE = {one.consumer: one.kind for one in CASES}  # what the simulation put in


def inspect(*, actor: Actor, on: date) -> None:
    """Rank and open the first suspects. A theft is confirmed, another waits, an honest decline is overturned.

    What is found is what the simulation put in. Done once.
    """
    if inspections.cases(actor).exists():
        return
    if not theft.runs(actor).exists():
        ranking.rank(actor=actor, on=on)
    chief: dict[str, Any] = {"actor": actor, "on": on}
    for login, pass_no, skills in CREW:
        acts.set_inspector(**chief, login=login, pass_no=pass_no, skills=skills)
    cases = acts.open_suspects(**chief, most=OPENED)
    for place, case in enumerate(cases):
        acts.assign(**chief, no=case.no, new=Assignment(_logins(), on + timedelta(days=place // 3)))
    thieves = [case for case in cases if TRUE.get(case.consumer.consumer_no) == "theft"]
    honest = [case for case in cases if TRUE.get(case.consumer.consumer_no) == "honest"]
    tap = TheftFacts("private_tap", Decimal("0.5283"), kva=Decimal("3.5"))
    note = "进户线绕越电能表，现场拍照取证（模拟）。"
    for case in thieves[:2]:
        _visit(case, NewFinding("theft", on, method="bypass", note=note, theft=tap), chief)
    for case in honest[:1]:
        breach = BreachFacts("over_capacity", kw=Decimal(2))
        note = "实测负荷超合同容量（模拟）。"
        _visit(case, NewFinding("breach", on, note=note, breach=breach), chief)
    for case in [*thieves[:1], *honest[:1]]:
        _confirm(case, chief)
    for case in honest[:1]:
        acts.appeal(**chief, no=case.no, words="房屋空置，实测时为施工临时用电，请复核（模拟）。")
        judge, why = replace(actor, login="credit"), "临时用电手续在有效期内（模拟）。"
        acts.decide_appeal(actor=judge, on=on, no=case.no, result="overturned", why=why)
    for case in honest[1:2]:
        _visit(case, NewFinding("none", on, note="计量装置正常（模拟）。"), chief)


def _logins() -> tuple[str, ...]:
    return tuple(login for login, _pass_no, _skills in CREW)


def _visit(case: Any, new: NewFinding, chief: dict[str, Any]) -> None:
    """Two inspectors on site: what they saw, a photograph, the finding."""
    no, at = case.no, timezone.make_aware(datetime.combine(chief["on"], time(0, 0)))
    meter = f"DB{case.consumer.consumer_no[2:]}"
    told = VisitTold(at, _logins(), meter, f"封印 {no[-3:]}", Decimal("3.4"), Decimal("15.2"), "户主")
    acts.record_visit(**chief, no=no, told=told)
    photo = Upload(f"现场{no[-3:]}.png", _drawn(f"{no} 现场"), "模拟")
    acts.add_exhibit(**chief, no=no, new=NewExhibit("photo", at, "表箱", "模拟照片"), upload=photo)
    acts.record_finding(**chief, no=no, new=replace(new, inspectors=_logins()))


def _confirm(case: Any, chief: dict[str, Any]) -> None:
    """The consumer signs, and the office confirms: the money is claimed of its credit file."""
    on: date = chief["on"]
    number = case.consumer.consumer_no
    if case.consumer.customer is None:
        file = NewCustomer(case.consumer.name, number, unit_code="POWER")
        customers.register(**chief, new=file, despite_like_names=True)
        metering.join_customer(**chief, consumer_no=number, customer_no=number, reason="追补电费建档")
    at = timezone.make_aware(datetime.combine(on, time(0, 0)))
    acts.sign(**chief, at=at, no=case.no, drawn=Drawn("consumer", "户主", _drawn(case.no)))
    acts.confirm_finding(actor=replace(chief["actor"], login="usage"), on=on, no=case.no)


def _drawn(text: str) -> bytes:
    """A small picture with strokes that differ by what it stands for."""
    picture = Image.new("L", (640, 200), 255)
    pen = ImageDraw.Draw(picture)
    for place, sign in enumerate(text.encode()):
        left = 20 + place * 30 % 600
        pen.line((left, 40 + sign % 90, left + sign % 50, 60 + sign * 7 % 120), fill=0, width=4)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
