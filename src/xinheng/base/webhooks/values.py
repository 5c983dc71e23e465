"""What is told outside: the events, and of each the fields that may go out."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Kind:
    """An event in words, and the only fields its payload may have."""

    words: str | Promise
    fields: frozenset[str] = field(default_factory=frozenset)


ORDER = frozenset(
    {
        "order_no",
        "customer_no",
        "segment",
        "verdict",
        "act",
        "amount",
        "currency",
        "reasons",
        "decision",
        "until",
    }
)
EVENTS: dict[str, Kind] = {
    "order.decided": Kind(_("A check or a person decided on an order"), ORDER),
    "limit.set": Kind(
        _("A limit was set"),
        frozenset(
            {"customer_no", "segment", "reach", "kind", "component", "state", "amount", "currency", "from_on"}
            | {"until_on"}
        ),
    ),
    "webhook.test": Kind(_("A trial, sent by a person"), frozenset({"subscription"})),
}
EVERY = "*"


@dataclass(frozen=True)
class Wanted:
    """Which deliveries are looked for. text: part of a subject or a fault, or a whole message id.

    after: the number of the last one seen; older ones are given.
    """

    subscription: int | None = None
    state: str = ""
    event: str = ""
    text: str = ""
    after: int | None = None
