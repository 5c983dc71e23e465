"""A day of an information department: customers are opened, told, listed and kept by whom they belong to."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest

from tests.operations.care.conftest import on, wang, who, zhao  # noqa: F401
from xinheng.base.access.errors import AccessDenied
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers import services as files
from xinheng.facts.customers.errors import ValueInvalid
from xinheng.facts.customers.values import NewCustomer, NewFact
from xinheng.facts.dossiers import queries as dossiers
from xinheng.facts.dossiers import services as keeping
from xinheng.operations.care.values import Wanted
from xinheng.reports import services as reports

pytestmark = pytest.mark.django_db


def names(actor: Actor, day: date) -> list[str]:
    content = reports.export_care(actor=actor, on=day, what="files", wanted=Wanted())
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    return [row[0].value for row in sheet.iter_rows(min_row=2)]


@pytest.mark.req("INF-02", "INF-03", "MIN-03", "MIN-04")
def test_each_new_customer_has_a_file_told_and_listed_within_rights(
    wang: Actor,  # noqa: F811
    zhao: Actor,  # noqa: F811
    on: date,  # noqa: F811
) -> None:
    new = NewCustomer("南方化工有限公司", "C-4", is_supplier=True, address="广州")
    kept = files.register(actor=wang, on=on, new=new)
    assert (kept.is_customer, kept.is_supplier) == (True, True)

    def tell(item: str, value: str, channel: str = "own_dealings") -> None:
        files.tell_fact(actor=wang, on=on, no="C-4", fact=NewFact(item, value, channel))

    with pytest.raises(ValueInvalid) as refused:
        tell("postcode", "51000")
    assert "六位邮政编码" in str(refused.value)
    tell("postcode", "510000")
    tell("legal_representative", "周强", "customer")
    tell("legal_representative", "周刚")
    differing = customers.file_of(kept, on=on).contradictory
    assert [one.item.code for one in differing] == ["legal_representative"]  # two ways, compared

    sales = keeping.open_dossier(actor=zhao, on=on, kind="min_customer", subject="customer:C-4", title="销售处",
                                 customer=kept)  # fmt: skip
    office = keeping.open_dossier(actor=zhao, on=on, kind="min_customer", subject="customer:C-4", title="联营办",
                                  customer=kept)  # fmt: skip
    assert sales.no != office.no  # each its own, linked by what they are about
    both = dossiers.dossiers_visible(zhao, on).filter(subject="customer:C-4")
    assert [row.title for row in both.order_by("no")] == ["销售处", "联营办"]

    assert names(wang, on) == ["C-1", "C-2", "C-3", "C-4"]
    assert names(who("li", on), on) == []
    with pytest.raises(AccessDenied):
        names(Actor("x", "x", permits=frozenset({"care.read", "customers.read"})), on)
