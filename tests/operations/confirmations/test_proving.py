"""The nightly proof that ageing adds up finds a row that was broken on purpose, and names the customer."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.facts.receivables.conftest import Ledger
from tests.operations.confirmations.conftest import CHIEF, DAY, MAY_END
from xinheng.base.kernel.money import Money
from xinheng.facts.receivables import queries as receivables
from xinheng.facts.receivables.models import Bill, Receipt, Settlement
from xinheng.operations.confirmations import ageing, buckets, gathering, queries, services
from xinheng.operations.confirmations.models import AgeingProof, ProofDifference
from xinheng.operations.confirmations.values import DIMENSIONS, AgeingAsked

WHO: dict[str, Any] = {"actor": CHIEF, "on": DAY}


def test_every_grouping_is_proven_against_bills_less_receipts(accounts: Ledger) -> None:
    proof = services.prove_ageing(**WHO, as_of=DAY)

    assert (proof.is_sound, proof.differences, proof.customers) == (True, 0, 2)
    assert [one["by"] for one in proof.checks] == list(DIMENSIONS)
    assert {(one["shown"], one["facts"], one["agrees"]) for one in proof.checks} == {(71000, 71000, True)}
    assert queries.last_proof(as_of=DAY) == proof


def test_a_broken_row_is_found_and_its_customers_are_named(accounts: Ledger) -> None:
    Settlement.objects.update(receipt=Receipt.objects.get(customer__no="C-8"))

    proof = services.prove_ageing(**WHO, as_of=DAY)

    assert not proof.is_sound
    found = ProofDifference.objects.filter(proof=proof, by="ledger").order_by("customer__no")
    assert [(one.customer.no, one.shown_minor - one.facts_minor) for one in found] == [
        ("C-7", -25000), ("C-8", 25000),
    ]  # fmt: skip


def test_the_end_of_the_day_proves_the_day_and_the_last_month_end(accounts: Ledger) -> None:
    assert [one.as_of for one in services.end_day(**WHO)] == [MAY_END, DAY]
    assert AgeingProof.objects.filter(is_sound=True).count() == 2
    assert receivables.spans() is None  # so small a ledger needs no files


@pytest.mark.django_db(transaction=True)
def test_columnar_files_say_the_same_of_any_day_and_notice_what_was_altered(
    settings: Any, tmp_path: Any
) -> None:
    from tests.operations.confirmations.conftest import told

    settings.ARCHIVE_FOLDER, settings.HOME = tmp_path / "archive", tmp_path
    told()
    ledger = Ledger(CHIEF, DAY)
    ledger.bill("X1", "2026-03-01", "2026-03-31", "77.00")
    ledger.void("X1", "2026-04-15")
    ledger.bill("K1", "2026-05-20", "2026-05-20", "-30.00")
    ledger.settle("B1", "2026-06-01", "30.00", credit="K1")
    taken = ledger.settle("B2", "2026-06-05", "20.00", by="R2")
    ledger.reverse(taken)
    assert services.refresh(**WHO, always=True)
    days = [date(2026, month, day) for month in (3, 4, 5, 6) for day in (1, 10, 15, 20, 30)]
    chosen = buckets.in_force(DAY).first

    def looked(day: date, *, use_files: bool) -> Any:
        found = ageing.cells(None, ageing.Look(day, chosen, use_files=use_files))
        assert found.from_file is use_files
        return found.open.sort("key").rows(), found.free.sort("customer_id").rows()

    assert [looked(day, use_files=True) for day in days] == [looked(day, use_files=False) for day in days]
    ledger.bill("N1", "2026-06-29", "2026-07-29", "5.00")  # after the files were written
    assert receivables.spans().touched  # type: ignore[union-attr]
    assert looked(DAY, use_files=True) == looked(DAY, use_files=False)
    aged = gathering.aged(CHIEF, AgeingAsked(text="C-7"), as_of=DAY, on=DAY)
    assert aged.from_file
    assert [one.total for one in aged.lines] == [Money.of("925.00")]

    services.refresh(**WHO, always=True)
    assert services.prove_ageing(**WHO, as_of=DAY).is_sound
    Bill.objects.filter(bill_no="B2").update(amount_minor=20001)
    proof = services.prove_ageing(**WHO, as_of=DAY)
    (one, *_more) = ProofDifference.objects.filter(proof=proof, by="files")
    assert (one.customer.no, one.shown_minor, one.facts_minor) == ("C-7", 72500, 72501)
