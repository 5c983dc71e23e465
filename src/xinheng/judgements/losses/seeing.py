"""What somebody may look at: the reach of the customers, and the document of the day."""

from __future__ import annotations

from datetime import date

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.judgements.losses import policy as policies
from xinheng.judgements.losses.kpis import Sight


def sight(actor: Actor, *, as_of: date, on: date) -> Sight:
    """What the actor sees of the ledger as of a day, by the credit policy of that day.

    Refuses: AccessDenied, without the right to see losses or the ledger.
    """
    access.require(actor, "losses.read")
    access.require(actor, "receivables.read")
    seen = customers.visible(actor, on=on)
    reach = None if actor.scope.reach == "everything" else seen
    return Sight(
        reach, seen, as_of, policies.targets(as_of).document, policies.matrix(as_of).document.grading
    )
