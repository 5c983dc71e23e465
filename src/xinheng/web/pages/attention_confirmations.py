"""What ageing and confirmations call a person for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.operations.confirmations import queries as confirmations
from xinheng.web.pages.attention import SHOWN, Call, Line


def of_proofs(actor: Actor, on: date) -> Iterator[Call]:
    """That ageing did not add up when it was proven last."""
    proof = confirmations.last_proof()
    if proof is None or proof.is_sound:
        return
    named = confirmations.proof_differences(actor, proof, on=on)
    words = ngettext(
        "difference: the ageing of %(day)s does not add up",
        "differences: the ageing of %(day)s does not add up",
        proof.differences,
    )
    yield Call(
        code="ageing_proof",
        tone="bad",
        icon="alert-triangle",
        number=f"{proof.differences:,}",
        sentence=words % {"day": proof.as_of.isoformat()},
        address=reverse("ageing_proofs"),
        act=_("To the proofs"),
        lines=tuple(
            Line(
                one.customer.name,
                reverse("open_documents", args=[one.customer.no]),
                f"{Money(one.shown_minor - one.facts_minor, one.currency)} {one.currency}",
                "bad",
            )
            for one in named
            if one.customer
        )[:SHOWN],
    )


def of_silent(actor: Actor, on: date) -> Iterator[Call]:
    """Letters that nobody answered in time."""
    rows = confirmations.silent(actor, on=on)
    if number := rows.count():
        yield Call(
            code="confirmations_silent",
            tone="warn",
            icon="mail",
            number=f"{number:,}",
            sentence=ngettext(
                "confirmation was not answered in time",
                "confirmations were not answered in time",
                number,
            ),
            address=f"{reverse('confirmations')}?late=1",
            act=_("To these confirmations"),
            lines=tuple(
                Line(
                    one.customer.name,
                    reverse("confirmation", args=[one.pk]),
                    one.reply_by.isoformat(),
                )
                for one in rows[:SHOWN]
            ),
        )


def of_differences(actor: Actor, on: date) -> Iterator[Call]:
    """Differences the actor is to work off."""
    own = confirmations.differences(actor, on=on, owner=actor.login)
    if number := own.count():
        late = own.filter(until_on__lt=on).count()
        yield Call(
            code="confirmation_differences",
            tone="bad" if late else "warn",
            icon="scale",
            number=f"{number:,}",
            sentence=ngettext(
                "difference of balances is yours to work off",
                "differences of balances are yours to work off",
                number,
            ),
            address=f"{reverse('confirmation_differences')}?own=1",
            act=_("To these differences"),
            lines=tuple(
                Line(
                    one.balance.confirmation.customer.name,
                    reverse("confirmation", args=[one.balance.confirmation_id]),
                    one.until_on.isoformat(),
                    "bad" if one.until_on < on else "",
                )
                for one in own[:SHOWN]
            ),
        )
