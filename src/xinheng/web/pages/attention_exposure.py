"""What the running sums, limits about to lapse and cover that did not come call a person for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.judgements.limits import queries as credit
from xinheng.web.pages import hold_words
from xinheng.web.pages.attention import SHOWN, Call, Line


def of_differences(actor: Actor) -> Iterator[Call]:
    """Running sums that were not what the facts come to, when they were last held against them."""
    proof = credit.last_proof()
    if proof is None or not proof.differing or not actor.may("limits.write"):
        return
    yield Call(
        code="sums_differ",
        tone="bad",
        icon="alert-triangle",
        number=f"{proof.differing:,}",
        sentence=ngettext(
            "running sum differed from the facts on %(day)s (xinheng limits reconcile --repair)",
            "running sums differed from the facts on %(day)s (xinheng limits reconcile --repair)",
            proof.differing,
        )
        % {"day": f"{proof.on:%Y-%m-%d}"},
        address=f"{reverse('trail')}?act=limits.reconcile",
        act=_("To the trail"),
        lines=tuple(_difference(row) for row in proof.differences[:SHOWN]),
    )


def of_lapsing(actor: Actor, on: date) -> Iterator[Call]:
    """Limits whose last day comes within two weeks: renewed in time, or the customer orders against less."""
    rows = credit.lapsing(actor, on=on)
    if number := rows.count():
        yield Call(
            code="limits_lapse",
            tone="note",
            icon="clock-exclamation",
            number=f"{number:,}",
            sentence=ngettext("limit lapses within two weeks", "limits lapse within two weeks", number),
            address=f"{reverse('customer', args=[rows[0].account.customer.no])}?tab=credit_line",
            act=_("To the first of them"),
            lines=tuple(
                Line(
                    f"{row.account.customer.name} · {credit.KINDS[row.kind]} "
                    f"{hold_words.amount(row.amount_minor, row.account.currency)}",
                    f"{reverse('customer', args=[row.account.customer.no])}?tab=credit_line",
                    f"{row.until_on:%Y-%m-%d}",
                )
                for row in rows[:SHOWN]
            ),
        )


def of_late_covers(actor: Actor, on: date) -> Iterator[Call]:
    """Money or guarantees that were asked for held orders and did not come by their day."""
    rows = credit.late_covers(actor, on=on)
    if number := rows.count():
        yield Call(
            code="covers_late",
            tone="warn",
            icon="lock-pause",
            number=f"{number:,}",
            sentence=ngettext(
                "cover asked for a held order did not come in time",
                "covers asked for held orders did not come in time",
                number,
            ),
            address=reverse("holds"),
            act=_("To the hold desk"),
            lines=tuple(
                Line(
                    f"{row.order_no} · {hold_words.COVERS[row.what]} "
                    f"{hold_words.amount(row.amount_minor, row.currency)}",
                    reverse("order", args=[row.order_no]) if actor.may("orders.read") else "",
                    f"{row.until_on:%Y-%m-%d}",
                    "warn",
                )
                for row in rows[:SHOWN]
            ),
        )


def _difference(row: dict[str, object]) -> Line:
    kept, facts = (Money(int(str(row[name])), str(row["currency"])) for name in ("kept_minor", "facts_minor"))
    no = str(row["customer_no"] or "")
    address = reverse("exposure", args=[no]) if no else ""
    return Line(f"{no} {row['segment']} {row['component']}", address, f"{kept} ≠ {facts}", "bad")
