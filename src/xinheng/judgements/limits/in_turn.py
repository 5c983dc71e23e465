"""Documents of one account judged one after another, each as if what passed before it were kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from xinheng.facts.customers.values import Key
from xinheng.judgements.limits import checking, rules
from xinheng.judgements.limits.deciding import Judged
from xinheng.judgements.limits.looking import Seen
from xinheng.judgements.limits.values import Document, Verdict


class InTurn:
    """An account that is locked, alone and ready; it changes with every document.

    is_new: the documents are taken now; else they are there already, and held.
    """

    def __init__(self, seen: Seen, customer: Key, *, on: date, is_new: bool) -> None:
        self.seen, self.customer, self.on, self.is_new = seen, customer, on, is_new

    def judge(self, document: Document, ship_on: date) -> tuple[Judged, Verdict]:
        """What the rules say of the next document; where it passes it counts for those that follow."""
        judged = checking.judge(self.seen, self.customer, document, on=self.on, stage="order")
        outcome = rules.verdict(judged.reasons)
        minor = document.minor or 0
        counted = minor if outcome == "passed" else 0
        if self.is_new:
            self.seen.account.ordered_minor += minor
            self.seen.account.held_minor += minor - counted
        else:
            self.seen.account.held_minor -= counted
        beyond = {
            days: planned + (counted if ship_on > self.on + timedelta(days) else 0)
            for days, planned in self.seen.beyond.items()
        }
        self.seen = replace(self.seen, beyond=beyond, is_first=False)
        return judged, outcome


def is_simple(seen: Seen, customer: Key) -> bool:
    """Whether the account alone decides, as it was seen."""
    return seen.is_ready and seen.decides_alone(customer)
