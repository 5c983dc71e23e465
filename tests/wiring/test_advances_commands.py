"""Advances on the command line: adopted, listed, paid out and back, what is due."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from tests.judgements.advances.conftest import CHAIN, Desk, graded
from tests.judgements.advances.conftest import founded as company
from tests.wiring.conftest import Typed
from xinheng.base.packs.models import PolicyDocument
from xinheng.runs.services import business_day

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.req("ADV-22", "ADV-23", "ADV-28")
def test_money_goes_out_and_comes_back_by_command_and_no_more_than_is_granted(founded: Typed) -> None:
    with transaction.atomic():
        company()
    today = business_day()
    desk = Desk(on=today)
    advance = desk.sign(desk.asked("C-A", "1000"), *CHAIN, on=today)
    no = str(advance.pk)

    assert founded.json("advances", "pay", no, "1000.01", code=1)["refused"] == "advance_stopped"
    founded.run("advances", "pay", no, "10.001", code=2)
    founded.run("advances", "pay", no, "1000", "--on", (today - timedelta(days=365)).isoformat())
    (listed,) = founded.json("advances", "list", "C-A", "--overdue")
    assert (listed["open"], listed["limit"]) == ("1000.00", "1000.00")
    due = founded.json("advances", "due", code=3)
    assert "overdue" in [one["code"] for one in due]
    assert founded.json("advances", "pay", no, "1", code=1)["refused"] == "advance_stopped"
    assert founded.json("advances", "repay", no, "400")["open"] == "600.00"
    assert founded.json("advances", "show", no)["left"] == "400.00"
    assert "600.00" in founded.run("advances", "list").stdout
    (rate,) = founded.json("advances", "recovered", str(today.year))
    assert (rate["due"], rate["recovered"], rate["rate"]) == ("1000.00", "400.00", "0.4")

    assert founded.json("advances", "adopt") == []
    PolicyDocument.objects.filter(kind="advances").delete()
    assert founded.json("advances", "due") == []
    assert founded.json("advances", "adopt") == [{"code": "advances", "version": "1"}]
    graded("C-A", "C", on=today)
    assert "grade_changed" in [one["code"] for one in founded.json("advances", "due", code=3)]
