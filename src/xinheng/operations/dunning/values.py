"""What dunning hands out and is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl
from django.dispatch import Signal
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.money import Money

# Sent inside the transaction that keeps what a call came to: called(call: Call, actor: Actor, on: date).
called = Signal()

RUN_STATES: dict[str, str | Promise] = {
    "planned": _("planned"),
    "sending": _("being sent"),
    "sent": _("sent"),
    "undone": _("undone"),
}
DECISIONS: dict[str, str | Promise] = {
    "remind": _("reminded at a new level"),
    "repeat": _("listed again at its level"),
    "waits": _("no step is due yet"),
    "top": _("stands at the last level"),
    "kind": _("claims of this kind are not reminded of"),
    "no_ladder": _("chosen: nobody reminds"),
    "covered": _("covered by credit notes or receipts"),
    "disputed": _("disputed"),
    "promised": _("payment is promised"),
    "planned": _("a payment plan runs"),
    "paused": _("paused by a person"),
    "stopped": _("its overdue clock stands still"),
    "below": _("the customer owes less than the tolerance"),
    "quiet": _("a quiet day"),
    "gap": _("too soon after the last contact"),
}
CAUSES: dict[str, str | Promise] = {
    "promise": _("promise to pay"),
    "plan": _("payment plan"),
    "dispute": _("dispute"),
    "other": _("other"),
}
OF_CAUSE = {"promise": "promised", "plan": "planned", "dispute": "disputed", "other": "paused"}
RESULTS: dict[str, str | Promise] = {
    "reached": _("spoke to the customer"),
    "promised": _("promised to pay"),
    "refused": _("refused to pay"),
    "disputed": _("contests the debt"),
    "paid_claimed": _("says it has paid"),
    "not_reached": _("not reached"),
    "wrong_number": _("wrong number"),
}
REACHED = ("reached", "promised", "refused", "disputed", "paid_claimed")
CHOICES: dict[str, str | Promise] = {
    "document": _("one bill"),
    "customer": _("the customer"),
    "group": _("the customer and all below it"),
}
KINDS: dict[str, str | Promise] = {
    "goods": _("goods"),
    "service": _("services"),
    "freight": _("freight"),
    "interest": _("interest"),
    "fee": _("fee"),
    "cost": _("costs"),
    "deposit": _("deposit"),
    "opening": _("opening balance"),
    "instrument": _("bill of exchange"),
}
CHARGES = ("interest", "fee", "cost")  # kinds of claims that come on top of the principal

ITEMS = {
    "customer_id": pl.Int64, "bill_id": pl.Int64, "bill_no": pl.String, "instalment": pl.Int64,
    "kind": pl.String, "billed_on": pl.Date, "due_on": pl.Date, "currency": pl.String, "segment": pl.String,
    "open_minor": pl.Int64, "due_minor": pl.Int64, "overdue_days": pl.Int64, "ladder": pl.String,
    "level_before": pl.Int64, "level": pl.Int64, "decision": pl.String, "letter": pl.Int64,
}  # fmt: skip
LETTERS = {
    "place": pl.Int64, "customer_id": pl.Int64, "ladder": pl.String, "currency": pl.String,
    "level": pl.Int64, "lines": pl.Int64, "open_minor": pl.Int64, "credit_minor": pl.Int64,
    "charges_minor": pl.Int64, "due_minor": pl.Int64, "oldest_days": pl.Int64, "deadline_on": pl.Date,
}  # fmt: skip


@dataclass(frozen=True)
class Ground:
    """All that a run is planned from, as frames.

    lines: open lines as the ledger gives them, with disputed_minor, paused_days and is_paused of disputes.
    free: receipts that no bill has taken. reminders: bill_id, instalment, level, sent_on of
    those that live. contacts: customer_id, last_on. pauses: customer_id, bill_id (null: all), cause. jumps:
    bill_id, level. of_bills: bill_id, ladder; of_customers: customer_id, ladder, the nearer choice already
    taken. ladders: by code, that of the company under `company`.
    """

    lines: pl.DataFrame
    free: pl.DataFrame
    reminders: pl.DataFrame
    contacts: pl.DataFrame
    pauses: pl.DataFrame
    jumps: pl.DataFrame
    of_bills: pl.DataFrame
    of_customers: pl.DataFrame
    ladders: dict[str, Any]
    company: str


@dataclass(frozen=True)
class Plan:
    """What a run would do: items (columns ITEMS) and letters (columns LETTERS)."""

    on: date
    items: pl.DataFrame
    letters: pl.DataFrame
    ladders: dict[str, str] = field(default_factory=dict)  # code to hash

    @property
    def counts(self) -> dict[str, int]:
        """Items by what was decided."""
        return dict(self.items.group_by("decision").len().sort("decision").iter_rows())


@dataclass(frozen=True)
class NewCall:
    """What a call came to. result: of RESULTS. bill_no: that is contested. A promise has a day."""

    customer_no: str
    result: str
    letter_id: int | None = None
    spoke_with: str = ""
    note: str = ""
    promised_on: date | None = None
    promised: Money | None = None
    bill_no: str = ""


@dataclass(frozen=True)
class NewPause:
    """Nobody is reminded up to and with a day: of all a customer owes, or of one bill.

    cause: of CAUSES. about: what it is for, as "promise:12", so that `resume_about` ends it.
    """

    until_on: date
    cause: str
    reason: str
    bill_no: str = ""
    about: str = ""


@dataclass(frozen=True)
class NewChoice:
    """Another ladder: of one bill, of a customer, or of a customer and all below it (CHOICES).

    ladder: a code in force; "": nobody reminds. language: that of the letters to the customer, zh or en.
    """

    level: str
    ladder: str
    reason: str
    bill_no: str = ""
    language: str = ""


@dataclass(frozen=True)
class Wanted:
    """Which letters are looked for. state: planned or sent; level: at least; text: part of name or number."""

    text: str = ""
    state: str = ""
    level: int | None = None
    ladder: str = ""
    run: int | None = None
    mine: bool = False
    after: int | None = None
    sort: str = "-id"


SORTS = {"id": "pk", "due": "due_minor", "days": "oldest_days", "level": "level", "customer": "customer__no"}
