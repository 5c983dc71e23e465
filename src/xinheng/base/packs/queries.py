"""Questions to the store of policies."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from xinheng.base.packs.errors import PolicyNotInForce, PolicyUnknown
from xinheng.base.packs.models import PolicyDocument


def documents(kind: str) -> QuerySet[PolicyDocument]:
    """Every version of every policy of a kind, by code, the newest first."""
    return PolicyDocument.objects.filter(kind=kind)


def documents_in_force(kind: str, *, on: date) -> QuerySet[PolicyDocument]:
    """The version of each policy of a kind that holds on a day, by code."""
    begun = documents(kind).filter(effective_from__lte=on)
    return begun.filter(Q(effective_until__isnull=True) | Q(effective_until__gt=on)).order_by("code")


def in_force(kind: str, code: str, *, on: date) -> PolicyDocument:
    """The version of one policy that holds on a day. Refuses: PolicyNotInForce."""
    found = documents_in_force(kind, on=on).filter(code=code).first()
    if found is None:
        raise PolicyNotInForce(code=code, on=on)
    return found


def document(sha256: str) -> PolicyDocument:
    """The version with this hash, whether or not it still holds. Refuses: PolicyUnknown."""
    found = PolicyDocument.objects.filter(sha256=sha256).first()
    if found is None:
        raise PolicyUnknown(code=sha256[:12], version="")
    return found


def version(kind: str, code: str, number: str) -> PolicyDocument:
    """One version of one policy. Refuses: PolicyUnknown."""
    found = documents(kind).filter(code=code, version=number).first()
    if found is None:
        raise PolicyUnknown(code=code, version=number)
    return found
