"""What keeping the terms earns: proposals, of which nothing holds without approval (TPA-10)."""

from __future__ import annotations

from datetime import date
from typing import Any

from xinheng.base.kernel.actors import system_actor
from xinheng.base.kernel.periods import add_months, quarter_of
from xinheng.facts.customers import queries as customers
from xinheng.facts.disputes import queries as disputes
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.terms import entitling, rules
from xinheng.judgements.terms.document import Reward

LOOKED_BACK_MONTHS = 60


def proposed(customer: Any, *, on: date) -> tuple[Reward, ...]:
    """The rewards that may be proposed for a customer: quarters without a breach, since its first bill."""
    to = entitling.entitlement(customer, on=on)
    if to is None or to.grade is None or not to.policy.rewards:
        return ()
    return rules.rewards(to.policy, clean_quarters(customer, on=on))


def clean_quarters(customer: Any, *, on: date) -> int:
    """Whole quarters back from a day without a breach, of those in which the customer was billed at all."""
    since = receivables.first_billed_on(customer, as_of=on)
    if since is None:
        return 0
    first = max(since, add_months(quarter_of(on).first, -LOOKED_BACK_MONTHS))
    own = customers.visible(system_actor(), on=on).filter(pk=customer.pk)
    events = disputes.counted_events(receivables.risk_events(own, as_of=on, since=first), as_of=on)
    broken = [rules.broken_on(day) for day in events["due_on"].to_list()]
    return rules.clean_quarters(broken, on, since=first)
