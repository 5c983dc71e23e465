"""What is charged for whom: agreed for a bill before the customer, the customer before its group."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.facts.receivables import queries as receivables
from xinheng.facts.receivables.errors import BillUnknown
from xinheng.operations.charges import policy
from xinheng.operations.charges.document import ChargeTerms
from xinheng.operations.charges.errors import AgreementUnknown, ChargeInvalid
from xinheng.operations.charges.models import Agreement
from xinheng.operations.charges.values import REACHES, NewAgreement

FIRST, FAR = date(1900, 1, 1), date(9999, 12, 31)
HELD: dict[str, Any] = {
    "agreement": pl.Int64, "reach": pl.String, "customer_id": pl.Int64, "bill_id": pl.Int64,
    "schemes": pl.List(pl.String), "percent": pl.Decimal(9, 6), "signed_on": pl.Date, "held_from": pl.Date,
    "held_until": pl.Date,
}  # fmt: skip
RANKS = {"bill": 3, "customer": 2, "group": 1}


@transaction.atomic
def agree(*, actor: Actor, on: date, customer_no: str, new: NewAgreement) -> Agreement:
    """Keep what was agreed on charges for a bill, a customer or its group; it ends the one before.

    Refuses: AccessDenied, CustomerUnknown, BillUnknown, ChargeInvalid.
    """
    require(actor, "charges.write", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    document = policy.in_force(on)
    if new.reach not in REACHES or (new.reach == "bill") != bool(new.bill_no):
        raise ChargeInvalid(cause=_("An agreement is for a bill, a customer or a group."), field="reach")
    for code in new.schemes:
        if document.scheme(code) is None:
            raise ChargeInvalid(cause=_("There is no scheme %(code)s.") % {"code": code}, field="schemes")
    if new.percent is not None and not 0 < new.percent <= 100:
        raise ChargeInvalid(cause=_("A percentage lies above 0 and is at most 100."), field="percent")
    bill_id = _bill_id(customer, new.bill_no) if new.bill_no else None
    before = Agreement.objects.select_for_update().filter(reach=new.reach, until_on=None)
    for earlier in before.filter(Q(bill_id=bill_id) if bill_id else Q(bill__isnull=True), customer=customer):
        earlier.until_on = max(new.from_on, earlier.from_on)
        earlier.save(update_fields=["until_on"])
    kept = Agreement.objects.create(
        reach=new.reach, customer=customer, bill_id=bill_id, schemes=list(dict.fromkeys(new.schemes)),
        percent=new.percent, signed_on=new.signed_on, paper=new.paper.strip()[:120], from_on=new.from_on,
        told_by=actor.login, told_on=on,
    )  # fmt: skip
    after = {"reach": new.reach, "bill_no": new.bill_no, "schemes": list(new.schemes), "percent": new.percent,
             "from_on": new.from_on}  # fmt: skip
    record(actor=actor, act="charges.agree", subject=f"customer:{customer_no}", on=on, after=after)
    return kept


@transaction.atomic
def end_agreement(*, actor: Actor, on: date, agreement_id: int, until_on: date) -> Agreement:
    """Let an agreement end with a day, which it no longer covers. Refuses: AccessDenied, AgreementUnknown."""
    require(actor, "charges.write", f"agreement:{agreement_id}")
    rows = agreements(actor, on=on).select_for_update(of=("self",))
    kept = rows.filter(pk=agreement_id, until_on=None).first()
    if kept is None:
        raise AgreementUnknown(agreement=agreement_id)
    kept.until_on = max(until_on, kept.from_on)
    kept.save(update_fields=["until_on"])
    subject, after = f"customer:{kept.customer.no}", {"agreement": kept.pk, "until_on": kept.until_on}
    record(actor=actor, act="charges.end_agreement", subject=subject, on=on, after=after)
    return kept


def agreements(actor: Actor, *, on: date) -> QuerySet[Agreement]:
    """The agreements of customers within reach, the newest first. Refuses: AccessDenied."""
    require(actor, "charges.read")
    within = customers.visible(actor, on=on).order_by().values("pk")
    rows = Agreement.objects.filter(customer__in=within).select_related("customer", "bill")
    return rows.order_by("-from_on", "-pk")


def periods(lines: pl.DataFrame, document: ChargeTerms, *, until_on: date) -> pl.DataFrame:
    """Which scheme holds for which days of each line, a row a line, scheme and stretch.

    lines: row, bill_id, customer_id, currency, due_on. Gives row, scheme, percent (in place of the scheme's,
    else null), signed_on, from_on and until_on (the first day it does not hold).
    """
    company = lines.filter(pl.col("currency").is_in(list(document.currencies))).select(
        "row", rank=0, schemes=pl.lit(list(document.company), dtype=pl.List(pl.String)),
        percent=pl.lit(None, dtype=pl.Decimal(9, 6)), signed_on=pl.lit(None, dtype=pl.Date),
        held_from=pl.lit(FIRST), held_until=pl.lit(FAR),
    )  # fmt: skip
    offered = pl.concat([company, *_agreed(lines)], how="vertical_relaxed")
    window = lines.select("row", first="due_on", last=pl.lit(until_on))
    cuts = pl.concat(
        [
            window.select("row", day="first"),
            window.select("row", day="last"),
            offered.select("row", day="held_from"),
            offered.select("row", day="held_until"),
        ]
    )
    stretches = (
        cuts.unique()
        .join(window, on="row")
        .filter(pl.col("day").is_between(pl.col("first"), pl.col("last")))
        .sort("row", "day")
        .select("row", from_on="day", until_on=pl.col("day").shift(-1).over("row"))
        .drop_nulls("until_on")
    )
    covering = stretches.join(offered, on="row").filter(
        pl.col("held_from") <= pl.col("from_on"), pl.col("held_until") >= pl.col("until_on")
    )
    best = covering.sort("rank", "held_from").unique(["row", "from_on"], keep="last")
    named = best.explode("schemes", empty_as_null=True, keep_nulls=True).drop_nulls("schemes")
    return named.select("row", "percent", "signed_on", "from_on", "until_on", scheme="schemes").sort(
        "row", "from_on", "scheme"
    )


def _agreed(lines: pl.DataFrame) -> list[pl.DataFrame]:
    rows = Agreement.objects.order_by("pk").values_list(
        "pk", "reach", "customer_id", "bill_id", "schemes", "percent", "signed_on", "from_on", "until_on"
    )
    held = pl.DataFrame(list(rows), schema=HELD, orient="row").with_columns(
        pl.col("held_until").fill_null(FAR), rank=pl.col("reach").replace_strict(RANKS, return_dtype=pl.Int32)
    )
    columns = ["row", "rank", "schemes", "percent", "signed_on", "held_from", "held_until"]
    by_bill = lines.join(held.filter(reach="bill").drop("customer_id"), on="bill_id")
    by_customer = lines.join(held.filter(reach="customer").drop("bill_id"), on="customer_id")
    grouped = lines.join(_members(held.filter(reach="group")), on="customer_id")
    return [each.select(columns) for each in (by_bill, by_customer, grouped)]


def _members(held: pl.DataFrame) -> pl.DataFrame:
    """Agreements of groups for everyone below; a group of groups gives way to the nearer one."""
    told = {row.pk: row for row in Agreement.objects.filter(reach="group").select_related("customer")}
    pairs = [(key, member) for key, row in told.items() for member in customers.below(row.customer)]
    members = pl.DataFrame(pairs, schema={"agreement": pl.Int64, "customer_id": pl.Int64}, orient="row")
    return held.drop("customer_id", "bill_id").join(members, on="agreement")


def _bill_id(customer: Any, bill_no: str) -> int:
    named = receivables.bills_named(pl.DataFrame({"customer_id": [customer.pk], "bill_no": [bill_no]}))
    if named.is_empty():
        raise BillUnknown(bill_no=bill_no)
    return int(named["bill_id"][0])
