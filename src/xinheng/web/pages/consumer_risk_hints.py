"""The cash-only flag beside an order or a payment: a hint, it stops nothing."""

from __future__ import annotations

from django.utils.translation import gettext

from xinheng.judgements.consumers import queries as consumers
from xinheng.web.pages.acting import Words
from xinheng.web.pages.seen import Seen


def cash_only_told(seen: Seen) -> list[tuple[Words, Words]]:
    """The customer's electricity accounts that pay in cash only, as a line above a form; nothing: none."""
    found = consumers.cash_only([seen.customer.pk], as_of=seen.on).get(seen.customer.pk, [])
    return [(gettext("cash only"), ", ".join(found))] if found else []
