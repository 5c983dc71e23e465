"""A clerk of a property company keeps the files of customers and units, and answers a question about one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests import seats
from tests.facts.receivables.conftest import customer
from xinheng.base.access import services as access
from xinheng.base.audit import queries as trail
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.facts.archive.values import Upload
from xinheng.facts.customers.models import Customer
from xinheng.facts.dossiers import errors, queries, services
from xinheng.facts.dossiers.models import Dossier, Stage
from xinheng.facts.dossiers.values import Wanted

pytestmark = [pytest.mark.django_db]
MARCH = date(2026, 3, 2)
IDENTITY, PHONE = "110101199003074477", "13800138000"


def moved_in(chief: Actor, no: str, name: str, unit: str) -> Dossier:
    customer(no)
    Customer.objects.filter(no=no).update(name=name)
    return services.open_dossier(
        actor=chief, on=MARCH, kind="prp_customer", subject="", title=f"{name} {unit}",
        customer=Customer.objects.get(no=no),
        facts={"unit_no": unit, "fitted_out": "bare", "identity_no": IDENTITY, "phone": PHONE},
    )  # fmt: skip


@pytest.mark.req("PRP-02", "PRP-03", "PRP-04", "PRP-05", "PRP-07", "PRP-10")
def test_a_clerk_keeps_a_customers_file(chief: Actor) -> None:
    access.create_unit(actor=system_actor(), on=seats.START, code="HQ", name="物业公司", kind="company")
    file = moved_in(chief, "C-1", "张三", "3-502")
    moved_in(chief, "C-2", "张山", "3-503")
    state = queries.of_dossiers([file.pk], MARCH)[file.pk]
    assert (state.asked, state.missing) == (10, 10)  # no fitting-out here: its papers are not asked
    with pytest.raises(errors.DossierInvalid) as refused:  # the check digit is wrong
        services.describe(
            actor=chief,
            on=MARCH,
            no=file.no,
            title=file.title,
            facts={**file.facts, "identity_no": IDENTITY[:-1] + "1"},
        )
    assert refused.value.params["field"] == "fact_identity_no"

    def put(item: str, dossier: Dossier = file, **told: Any) -> None:
        upload = Upload(f"{item}.txt", f"{item} {dossier.no}".encode())
        services.add_paper(
            actor=chief,
            on=MARCH,
            dossier=dossier,
            upload=upload,
            item=item,
            title=item,
            copy_form="copy",
            **told,
        )

    for item in ("collected", "payments", "moving_in", "identity", "contact", "emergency"):
        put(item)
    for stage in ("arrange", "file", "use"):
        services.set_stage(actor=chief, on=MARCH, no=file.no, code="identity", stage=stage)
    assert Stage.objects.filter(dossier=file, code="identity").count() == 4
    services.set_line(
        actor=chief, on=MARCH, no=file.no, code="personnel", state="not_applicable", why="无变动"
    )
    state = queries.of_dossiers([file.pk], MARCH)[file.pk]
    assert (state.asked, state.present, state.missing) == (9, 6, 3)
    missing = queries.missing_lines(chief, Wanted(customer="C-1"), MARCH)["line"].to_list()
    assert missing == ["letters", "violations", "repairs"]

    facts = {**file.facts, "phone": "13900139000", "fitted_out": "fitted"}
    services.describe(actor=chief, on=MARCH, no=file.no, title=file.title, facts=facts)
    told = trail.search(subject=f"dossier:{file.no}", act="dossiers.describe").get()
    assert (told.before["facts"]["phone"], told.actor_login, told.business_day) == (PHONE, chief.login, MARCH)
    assert queries.of_dossiers([file.pk], MARCH)[file.pk].asked == 10
    seen = {fact.code: text for fact, text in queries.facts_of(chief, _again(file), MARCH)}
    assert seen["identity_no"] == IDENTITY
    clerk = replace(chief, permits=frozenset({"dossiers.*", "customers.*"}))
    masked = {fact.code: text for fact, text in queries.facts_of(clerk, _again(file), MARCH)}
    assert IDENTITY[6:14] not in masked["identity_no"]
    assert "9001" not in masked["phone"]

    works = services.open_dossier(
        actor=chief,
        on=MARCH,
        kind="prp_fitting_out",
        subject="unit:3-502",
        title="3-502 装修",
        facts={"unit_no": "3-502"},
    )
    put("drawings", works)
    with pytest.raises(errors.DossierExists):
        services.open_dossier(
            actor=chief,
            on=MARCH,
            kind="prp_fitting_out",
            subject="unit:3-502",
            title="又",
            facts={"unit_no": "3-502"},
        )

    def asked(text: str) -> list[str]:
        return [
            one.title
            for one in queries.dossiers(chief, Wanted(text=text, sort="opened"), MARCH).order_by("pk")
        ]

    assert asked("3-502") == ["张三 3-502", "3-502 装修"]  # by unit: the customer's file and the unit's
    assert asked("13900139000") == ["张三 3-502"]  # by telephone
    assert asked("张") == ["张三 3-502", "张山 3-503"]  # an ambiguous name gives its matches
    assert asked(PHONE) == ["张山 3-503"]


def _again(dossier: Dossier) -> Dossier:
    return Dossier.objects.get(pk=dossier.pk)
