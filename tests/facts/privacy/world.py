"""People who keep personal data, and who is told of them."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from xinheng.base.kernel.actors import Actor, Scope, system_actor
from xinheng.base.packs import services as packs
from xinheng.facts.archive.values import Upload
from xinheng.facts.customers import services as customers
from xinheng.facts.customers.models import Customer
from xinheng.facts.customers.values import NewCustomer
from xinheng.facts.privacy import services as acts
from xinheng.facts.privacy.models import PersonSubject
from xinheng.facts.privacy.values import NewAgreement, NewPerson

OPENED = date(2024, 1, 5)
ID_NUMBER = "110101199003077715"


def who(login: str, *permits: str) -> Actor:
    return Actor(login=login, name=login, permits=frozenset(permits or {"*"}), scope=Scope("everything"))


KEEPER, BOSS = who("keeper"), who("boss")


def adopt(code: str, *, on: date = OPENED, persons_a_day: int = 0) -> None:
    """Let a shipped document hold from a day, with another bound of reading where one is given."""
    text = (Path(settings.PACKS_DIR) / code / "privacy.yaml").read_text("utf-8")
    if persons_a_day:
        text = re.sub(r"persons_a_day: \d+", f"persons_a_day: {persons_a_day}", text)
    packs.adopt(actor=system_actor(), on=on, kind="privacy", text=text, effective_from=on)


def guest(on: date, *, name: str = "张小兰", **told: Any) -> PersonSubject:
    """A guest of the restaurant with a mobile phone, who agreed at the counter to be served."""
    items = told.pop("items", {"mobile": "13800005678", "taste": "微辣"})
    agreed = NewAgreement(("service", "complaint"), "counter", "guest", **told.pop("agreed", {}))
    new = NewPerson("hpt", "guest", name, told.pop("agreement", agreed), items, **told)
    return acts.register_person(actor=KEEPER, on=on, new=new)


def a_person_as_customer(on: date, no: str = "C-9") -> Customer:
    new = NewCustomer(no=no, kind="person", name="李四海", id_number=ID_NUMBER, address="和平路 8 号")
    return customers.register(actor=KEEPER, on=on, new=new)


def insured(on: date, *, purposes: tuple[str, ...] = ("claims", "marketing"), **told: Any) -> PersonSubject:
    """An insured person who agreed to claims and, by itself, to marketing."""
    separate = tuple({*told.pop("separate", ()), *({"marketing"} & set(purposes))})
    agreed = NewAgreement(purposes, told.pop("way", "form"), "insured", separate)
    items = told.pop("items", {"mobile": "13911112222"})
    return acts.register_person(
        actor=KEEPER, on=on, new=NewPerson("ins", "insured", "王五", agreed, items, **told)
    )


def paper(name: str = "协议.txt") -> Upload:
    return Upload(name, f"{name} 已签字盖章".encode())
