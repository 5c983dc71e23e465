"""Bringing running sums to the facts, under the locks of the accounts."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.judgements.limits import keeping, proving, refreshing
from xinheng.judgements.limits.errors import LimitInvalid
from xinheng.judgements.limits.models import Account, ForeignSum

ON_TRAIL = 100  # differences that stand on the trail with their figures


@transaction.atomic
def repair(*, actor: Actor, on: date, reason: str) -> pl.DataFrame:
    """Bring every running sum that differs to the facts; what was found before is on the trail.

    Gives the differences there were, as `proving.proof` does. Refuses: AccessDenied, LimitInvalid.
    """
    access.require(actor, "limits.write", "reconciliation")
    if not reason.strip():
        raise LimitInvalid(field="reason", cause=_("Say why."))
    found = proving.confirmed()
    if found.is_empty():
        return found
    accounts = keeping.locked(found.select("customer_id", "segment").unique())
    told = found.join(accounts, on=["customer_id", "segment"])
    for row in told.iter_rows(named=True):
        _write(row)
    ids = accounts["account_id"].sort().to_list()
    refreshing.refresh_some(ids, refreshing.late_days(on=on), on=on)
    audit.record(
        actor=actor, act="limits.repair", subject="", on=on, reason=reason.strip()[:300],
        before={"differences": proving.named(found.head(ON_TRAIL))}, after={"repaired": found.height},
    )  # fmt: skip
    return found


def _write(row: dict[str, Any]) -> None:
    """One sum of an account, or of what stands in another currency, as the facts have it."""
    field, minor = f"{row['component']}_minor", row["facts_minor"]
    if row["currency"] == row["account_currency"]:
        Account.objects.filter(pk=row["account_id"]).update(**{field: minor}, version=F("version") + 1)
    else:
        kept = {"account_id": row["account_id"], "currency": row["currency"]}
        ForeignSum.objects.update_or_create(**kept, defaults={field: minor})
