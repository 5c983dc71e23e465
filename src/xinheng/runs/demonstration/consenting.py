"""The demonstration company keeps people's data: consents, a request, an erasure that waits, a check."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.base.packs import services as packs
from xinheng.facts.archive.values import Upload
from xinheng.facts.customers import queries as customers
from xinheng.facts.privacy import queries as privacy
from xinheng.facts.privacy import services as acts
from xinheng.facts.privacy.values import (
    NewAgreement,
    NewCheck,
    NewDealing,
    NewPartner,
    NewPerson,
    NewRequest,
    Shared,
    Wanted,
)

LONG_AGO = timedelta(days=366 * 6)
PEOPLE = (  # name, items, what is agreed to by itself
    ("周文静", {"mobile": "13800001111", "email": "zhou@example.cn"}, ("marketing",)),
    ("吴建国", {"mobile": "13800002222"}, ()),
    ("郑晓芸", {"mobile": "13800003333", "address": "和平路 8 号"}, ("address", "share")),
)


@transaction.atomic
def keep_people(*, actor: Actor, on: date, effective_from: date) -> None:
    """Three contacts of three customers, one of whom asks, one of whom is past the term. Done once."""
    if privacy.persons(actor, Wanted(), on=on).exists():
        return
    told: dict[str, Any] = {"actor": actor, "on": on}
    packs.adopt_shipped(**told, effective_from=effective_from, codes=("general",), kind=privacy.KIND)
    kept = []
    nos = customers.visible(actor, on=on).order_by("no").values_list("no", flat=True)[: len(PEOPLE)]
    for no, (name, items, alone) in zip(nos, PEOPLE, strict=False):
        purposes = ("dealings", *(one for one in alone if one in ("marketing", "share")))
        agreed = NewAgreement(purposes, "form", "person", alone)
        visited = on - LONG_AGO if name == "吴建国" else on - timedelta(days=20)
        new = NewPerson("general", "contact", name, agreed, items, no, visited_on=visited)
        kept.append(acts.register_person(**told, new=new))
    if len(kept) < len(PEOPLE):
        return
    first, _old, last = kept
    acts.tell_dealing(
        **told, person_no=first.no, new=NewDealing("complaint", on, Money.of("0"), "来电过多", is_open=True)
    )
    request = NewRequest("know", on, "电话", "想知道保存了我的哪些信息", "回拨登记手机号")
    acts.receive_request(**told, person_no=first.no, new=request)
    partner = NewPartner(
        "general",
        "城际征信服务有限公司",
        "BM-2026-01",
        ("share",),
        ("mobile", "address"),
        on,
        on + timedelta(days=365),
    )
    agreement = Upload("保密协议.txt", "保密协议 BM-2026-01".encode())
    shared = Shared((last.no,), "share", ("mobile",), "加密文件")
    acts.share(**told, partner_id=acts.tell_partner(**told, new=partner, paper=agreement).pk, what=shared)
    acts.tell_check(**told, new=NewCheck("general", "security", on, note="年度检查，均合格"))
