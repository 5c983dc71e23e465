"""What money that came in, and paper, call a person for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.instruments import queries as instruments
from xinheng.judgements.matching import queries as matching
from xinheng.judgements.matching.values import Wanted
from xinheng.web.pages.attention import SHOWN, Call, Line


def of_money(actor: Actor, on: date) -> Iterator[Call]:
    """Proposals to be reviewed, bank lines of unknown payers, and paper to be presented or claimed."""
    if not actor.may("customers.read"):
        return
    if actor.may("matching.write"):
        yield from _to_review(actor, on)
        yield from _unknown(actor, on)
    if actor.may("instruments.read"):
        yield from _paper(actor, on)


def _to_review(actor: Actor, on: date) -> Iterator[Call]:
    found = matching.proposals(actor, Wanted(), on=on)
    if number := found.count():
        yield Call(
            code="matching_waiting",
            tone="warn",
            icon="arrows-join",
            number=f"{number:,}",
            sentence=ngettext("receipt to be applied by hand", "receipts to be applied by hand", number),
            address=reverse("matching"),
            act=_("Review them"),
            lines=tuple(
                Line(
                    one.customer.name,
                    reverse("proposal", args=[one.pk]),
                    f"{one.currency} {Money(one.free_minor, one.currency)}",
                )
                for one in found[:SHOWN]
            ),
        )


def _unknown(actor: Actor, on: date) -> Iterator[Call]:
    found = matching.bank_lines(actor, on=on, state="unknown")
    if number := found.count():
        yield Call(
            code="bank_lines_unknown",
            tone="warn",
            icon="report-money",
            number=f"{number:,}",
            sentence=ngettext("payment of an unknown payer", "payments of unknown payers", number),
            address=reverse("bank_lines"),
            act=_("Say whose they are"),
            lines=tuple(
                Line(
                    one.payer or one.serial,
                    reverse("bank_lines"),
                    f"{one.currency} {Money(one.amount_minor, one.currency)}",
                )
                for one in found[:SHOWN]
            ),
        )


def _paper(actor: Actor, on: date) -> Iterator[Call]:
    found = instruments.alerts(actor, on=on)
    if number := len(found):
        late = any(one.code == "not_presented" for one in found)
        yield Call(
            code="paper_due",
            tone="bad" if late else "warn",
            icon="file-invoice",
            number=f"{number:,}",
            sentence=ngettext("bill of exchange to look after", "bills of exchange to look after", number),
            address=reverse("instruments"),
            act=_("To the bills of exchange"),
            lines=tuple(
                Line(
                    f"{one.no} · {one.customer_name}",
                    reverse("instrument", args=[one.instrument_id]),
                    f"{one.on} · {one.amount}",
                )
                for one in found[:SHOWN]
            ),
        )
