from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from tests import worlds
from tests.indicators.ledger import bill, customer, pay
from xinheng.base.kernel.actors import Actor
from xinheng.indicators import services as indicators
from xinheng.judgements.ratings import services

JUNE = date(2026, 6, 30)


@pytest.fixture
def measured(chief: Actor) -> None:
    """C-1 pays on time for three years, C-2 is new and late, C-3 was never dealt with; policies adopted."""
    worlds.given(_measured, chief)


def _measured(chief: Actor) -> None:
    good, late = customer("C-1", industry_section="F", region="华东"), customer("C-2", region="华南")
    customer("C-3", is_supplier=True)
    for number, month in enumerate(["2023-07", "2024-03", "2025-02", "2025-09", "2026-01", "2026-04"]):
        paid = bill(good, f"G{number}", f"{month}-01", f"{month}-28", 600_000)
        pay(paid, f"{month}-20", 600_000)
    bill(late, "L1", "2026-01-01", "2026-01-31", 5_000)
    services.adopt_shipped_policies(actor=chief, on=JUNE)
    indicators.measure(actor=chief, on=JUNE, as_of=JUNE)


@pytest.fixture
def answer(chief: Actor) -> Callable[..., None]:
    def tell(no: str, **answers: str) -> None:
        for question, value in answers.items():
            services.assess(
                actor=chief,
                on=JUNE,
                customer_no=no,
                question=question,
                value=value,
                assessed_on=JUNE,
                evidence="访谈记录",
            )

    return tell
