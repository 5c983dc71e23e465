"""Words of claims in templates."""

from __future__ import annotations

from django import template

from xinheng.reports.queries import CLAIM_KINDS, PAYMENT_PURPOSES

register = template.Library()


@register.simple_tag
def claim_kind(code: str) -> str:
    """A kind of claim in the reader's language."""
    return str(CLAIM_KINDS.get(code, code))


@register.simple_tag
def claim_purpose(code: str) -> str:
    """What a payment is for, in the reader's language."""
    return str(PAYMENT_PURPOSES.get(code, code))
