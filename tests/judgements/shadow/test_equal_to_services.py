"""A replay decides as the services would have, day by day."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from tests.facts.receivables.conftest import customer
from tests.judgements.limits.conftest import HEAD, Desk, adopt, desk  # noqa: F401
from tests.judgements.shadow.by_services import BEGUN, ByServices, random_ledger
from xinheng.base.kernel.actors import Actor
from xinheng.judgements.limits import queries as limits
from xinheng.judgements.shadow import preparing, queries, replaying

RULES = """
  - {code: limit, check: limit, horizon_days: 10, over_percent: 5, strength: hold, zh: 限额, en: limit, mark: given}
  - {code: hard, check: limit, over_percent: 80, over_amount: 20, stages: [order], strength: stop, zh: 上限, en: cap, mark: given}
  - {code: large, check: document, at_most: 330, strength: hold, zh: 单笔, en: document, mark: given}
  - {code: oldest, check: oldest, at_most: 8, strength: hold, zh: 最早, en: oldest, mark: given}
  - {code: share, check: overdue_share, days: 2, at_most: 40, kinds: [rush], strength: hold, zh: 占比, en: share, mark: given}
  - {code: overdue, check: overdue_amount, days: 0, at_most: 50, strength: warn, zh: 逾期, en: overdue, mark: given}
exclusions:
  - {code: small, rules: [oldest, share], at_most: 60, stages: [order], zh: 小额, en: small, mark: given}
"""


@pytest.mark.req("ADV-23")
@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2])
def test_what_a_replay_finds_is_what_the_services_decide(chief: Actor, seed: int) -> None:
    """Verdict, reasons, the day it is let go, the days goods are held back: the same, order by order."""
    customer()
    text = HEAD.rstrip() + RULES
    adopt(chief, text)
    ledger, last = random_ledger(seed), BEGUN + timedelta(38)
    told = Desk(chief, on=BEGUN)
    told.limit("700")
    by_services = ByServices(told, ledger, last).told()
    policy = limits.check_policy(text)
    steps = pl.DataFrame(
        {"customer_no": ["C-7"], "from_on": [BEGUN], "state": ["limited"], "minor": [700_00]}
    )
    found = replaying.replayed(preparing.prepared(ledger, policy, steps, (BEGUN, last)))
    for row in found.iter_rows(named=True):
        no = row["order_no"]
        replayed = (
            row["verdict"], queries.reason_codes(row["reasons"], policy.rules), row["released_on"], row["ended_on"],
            row["back_days"],
        )  # fmt: skip
        kept = (
            by_services.verdict[no], by_services.reasons[no], by_services.released.get(no),
            by_services.ended.get(no), by_services.back.get(no, 0),
        )  # fmt: skip
        waits = [(one, event) for one, what, event in by_services._waiting if what == "gate" and one == no]
        if waits:
            still = (last - by_services._day_of(waits[0][1])).days
            kept = (*kept[:4], kept[4] + still)
        assert replayed == kept, (seed, no, row)
    counted = found["verdict"].value_counts()
    assert counted.height > 1  # not everything passes
