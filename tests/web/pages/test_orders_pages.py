"""The list of orders and a customer's orders on pages."""

from __future__ import annotations

import io

import openpyxl
import pytest

from tests.web.pages import test_holds_pages as desk
from tests.web.pages.test_holds_pages import act, entered, limited, ordered, part, sent, signed_in, text
from xinheng.facts.orders.models import SalesOrder
from xinheng.judgements.limits.models import OrderCredit
from xinheng.runs.services import business_day

pytestmark = pytest.mark.django_db
_company = desk._company  # the same people and customers


def test_orders_are_searched_filtered_sorted_paged_and_taken_away() -> None:
    boss, auditor = signed_in("max"), signed_in("auditor")
    assert "No order here" in text(boss, "/orders/")
    limited("C-1", "1000000")
    for number in range(1, 53):
        ordered("C-1", f"O-{number:03}", str(number))
    ordered("C-2", "P-1", "7")  # held: no limit
    page = text(boss, "/orders/")
    assert page.index("P-1") < page.index("O-052") < page.index("O-004")
    assert "/one/O-003/" not in page
    (after,) = {one.split('"')[0] for one in page.split("after=")[1:]}
    page = text(boss, f"/orders/?after={after}")
    assert "/one/O-003/" in page
    assert "/one/O-004/" not in page
    page = text(boss, "/orders/?sort=-amount")
    assert page.index("/one/O-001/") < page.index("/one/O-002/")
    page = text(boss, "/orders/?state=held")
    assert "/one/P-1/" in page
    assert "/one/O-052/" not in page
    assert "/one/P-1/" in text(boss, "/orders/?q=C-2")
    assert "No order here" in text(boss, "/orders/?ended=ended")
    assert "No order here" in text(boss, "/orders/?payment=prepaid")
    assert "/one/P-1/" in text(boss, "/orders/?since=x&until=2999-01-01&sort=x&after=x&payment=x&state=x")
    book = openpyxl.load_workbook(io.BytesIO(boss.get("/orders/export/?state=held").content))
    (row,) = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
    assert (row[0], row[1], float(row[6]), row[11]) == ("P-1", "C-2", 7.0, "held for credit")
    page = part(boss, "/customers/file/C-1/?tab=orders")
    assert "/one/O-052/" in page
    assert act("C-1", "order") in page
    assert act("C-1", "order") not in part(auditor, "/customers/file/C-1/?tab=orders")


def test_a_change_that_makes_an_order_worse_holds_it_and_a_smaller_one_does_not() -> None:
    wang = signed_in("wang")
    limited("C-1", "100")
    here = entered(wang, "C-1", "O-1", "100")
    assert "passed the check" in text(wang, here)
    today = business_day().isoformat()
    told = {"order_no": "O-1", "ship_on": today, "payment": "credit", "reason": "客户加量"}
    assert 'value="100.00"' in text(wang, f"{act('C-1', 'change-order')}?order_no=O-1")
    assert "An amount is wanted" in sent(wang, act("C-1", "change-order"), 422, **told, amount="much")
    sent(wang, act("C-1", "change-order"), **told, amount="90")
    assert OrderCredit.objects.get().state == "passed"
    sent(wang, act("C-1", "change-order"), **told, amount="100.01")
    assert OrderCredit.objects.get().state == "held"
    page = text(wang, here)
    assert "0.01 too much" in page
    assert SalesOrder.objects.filter(order_no="O-1").count() == 3
    assert "There is no order O-9" in text(wang, "/orders/one/O-9/", 404)


def test_one_asks_before_entering_and_nothing_is_kept() -> None:
    wang = signed_in("wang")
    limited("C-1", "100")
    today = business_day().isoformat()
    told = {"order_no": "O-1", "ordered_on": today, "ship_on": today, "currency": "CNY", "payment": "credit",
            "kind": "standard"}  # fmt: skip
    address = "/customers/try-order/C-1/"
    assert "It would pass." in sent(wang, address, 200, **told, amount="100")
    page = sent(wang, address, 200, **told, amount="130")
    assert "It would be held." in page
    assert "the customer pays 30.00 CNY" in page
    assert "An amount is wanted" in sent(wang, address, 422, **told, amount="x")
    assert not SalesOrder.objects.exists()
    assert not OrderCredit.objects.exists()
