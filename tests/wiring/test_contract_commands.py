"""The ledger of contracts on the command line."""

from __future__ import annotations

import pytest
from django.db import transaction

from tests.facts.contracts.world import office
from tests.wiring.conftest import Typed
from xinheng.runs.services import business_day

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.any_database]


def test_contracts_are_kept_by_command(founded: Typed) -> None:
    with transaction.atomic():
        office()
    today = business_day().isoformat()
    more = ("--unit", "XS", "--ends", "2099-12-31")
    kept = founded.json("contracts", "draft", "C-7", "买卖合同", "钢管", "1200.00", *more)
    assert kept["no"].startswith("XS-")
    founded.run("contracts", "draft", "C-7", "买卖合同", "钢管", "1200.00", *more)
    assert [row["amount"] for row in founded.json("contracts", "list", "C-7")] == ["1200.00", "1200.00"]
    assert founded.json("contracts", "show", kept["no"])["state"] == "draft"
    assert kept["no"] in founded.run("contracts", "show", kept["no"]).stdout
    assert founded.json("contracts", "end", kept["no"], "x", code=1)["refused"] == "contract_not_in_state"
    assert founded.json("contracts", "void", kept["no"], "取消")["state"] == "void"
    assert founded.json("contracts", "archive", kept["no"], code=1)["refused"] == "contract_not_in_state"
    assert founded.json("contracts", "figures", "2020-01-01", today) == []
    assert founded.json("contracts", "audit", today, today, code=1)["refused"] == "nothing_to_audit"
    assert founded.json("contracts", "stage", "C-7", "contact")["stage"] == "contact"
    assert founded.json("contracts", "show", "XS-1", code=1)["refused"] == "contract_unknown"
