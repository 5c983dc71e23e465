"""Charges reckoned again: a receipt told later, or a dispute found for the customer, changes what was due."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db import transaction
from django.db.models import Max, Sum

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel import bulk
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.facts.customers import queries as customers
from xinheng.facts.receivables import queries as ledger
from xinheng.facts.receivables import services as receivables
from xinheng.operations.charges import policy, posting, reckoning
from xinheng.operations.charges.document import Scheme
from xinheng.operations.charges.models import Charge, ChargeRun
from xinheng.operations.charges.values import Corrected

FAR = date(9999, 12, 31)
KEPT: dict[str, Any] = {
    "line": pl.Int64, "bill_id": pl.Int64, "instalment": pl.Int64, "code": pl.String, "from_on": pl.Date,
    "until_on": pl.Date, "claim": pl.String, "claim_no": pl.String, "scheme": pl.String,
    "percent": pl.Decimal(9, 6), "signed_on": pl.Date,
}  # fmt: skip
NET = {
    "bill_id": pl.Int64, "instalment": pl.Int64, "code": pl.String, "from_on": pl.Date,
    "net_minor": pl.Int64, "number": pl.Int64,
}  # fmt: skip
KEYS = ["bill_id", "instalment", "code", "from_on"]


def differences(*, on: date) -> pl.DataFrame:
    """Interest charged that would be another sum today, with all that is known by now; a row a charge.

    Gives charge, customer_id, bill_id, bill_no, instalment, code (of the scheme), claim, claim_no, currency,
    segment, from_on, until_on, days, number (of the last correction), charged_minor, minor (the difference).
    Each charge is reckoned by the scheme as it was. Refuses: RateUnknown.
    """
    document = policy.in_force(on)
    kept, schemes = _kept()
    if kept.is_empty():
        return pl.DataFrame(schema={"charge": pl.Int64, "minor": pl.Int64})
    bills = kept["bill_id"].unique().to_list()
    found = reckoning.claims(document, until_on=kept["until_on"].max(), customer_ids=None, bill_ids=bills)  # type: ignore[arg-type]
    lines = kept.join(found.lines, on=["bill_id", "instalment"]).with_columns(
        charged_minor=pl.lit(None, dtype=pl.Int64)
    )
    again = reckoning.reckon(lines, schemes, found).rows.select("line", "days", again="minor")
    both = kept.join(again, on="line", how="left").join(_net(), on=KEYS)
    of = found.lines.unique("bill_id").select("bill_id", "customer_id", "bill_no", "currency", "segment")
    minor = pl.col("again").fill_null(0) - pl.col("net_minor")
    return (
        both.join(of, on="bill_id")
        .select(
            "customer_id", "bill_id", "bill_no", "instalment", "code", "claim", "claim_no", "currency",
            "segment", "from_on", "until_on", "number", pl.col("days").fill_null(0), charge="line",
            charged_minor="net_minor", minor=minor,
        )
        .filter(pl.col("minor") != 0)
        .sort("charge")
    )  # fmt: skip


@transaction.atomic
def correct_charges(*, actor: Actor, on: date) -> Corrected:
    """Bring interest that was charged to what is known now: more is charged, less is credited.

    A credit settles the claim it takes back as far as it is open. Refuses: AccessDenied, RateUnknown.
    """
    require(actor, "charges.write", "corrections")
    found = differences(on=on)
    if found.is_empty():
        return Corrected(None, 0, 0)
    run = ChargeRun.objects.create(until_on=on, posted_on=on, posted_by=actor.login, kind="correction")
    rows = found.with_row_index("_place", offset=1).with_columns(
        of_claim="claim_no",
        claim_no=pl.format(f"LK{run.pk:06d}-{{}}", pl.col("_place").cast(pl.String).str.zfill(5)),
    )
    taken = rows.with_columns(bill_no=pl.when(pl.col("minor") < 0).then("of_claim").otherwise("bill_no"))
    posting.post_claims(taken, policy.in_force(on), actor=actor, on=on)
    settle_credits(taken.filter(pl.col("minor") < 0), actor=actor, on=on)
    columns = [
        "customer_id",
        "bill_id",
        "instalment",
        "from_on",
        "until_on",
        "days",
        "currency",
        "claim",
        "claim_no",
    ]
    bulk.append(
        Charge,
        rows.select(
            *columns, scheme="code", amount_minor="minor", number=pl.col("number") + 1, run_id=pl.lit(run.pk),
            told_on=pl.lit(on), steps=pl.lit("[]"), reckoned=pl.lit("{}"),
        ),
    )  # fmt: skip
    totals = posting.close(run, rows)
    raised = rows.filter(pl.col("minor") > 0).height
    after: dict[str, Any] = {"run": run.pk, "corrections": rows.height, "totals": totals}
    record(actor=actor, act="charges.correct", subject=f"charge_run:{run.pk}", on=on, after=after)
    return Corrected(run.pk, raised, rows.height - raised, totals)


def settle_credits(taken: pl.DataFrame, *, actor: Actor, on: date) -> None:
    """Settle claims with the credits that take them back, as far as they are open.

    taken: customer_id, of_claim, claim_no (of the credit bill), minor (below zero).
    """
    if taken.is_empty():
        return
    left = _open(taken["customer_id"].unique().to_list(), taken["of_claim"].to_list())
    fits = taken.join(left, left_on=["customer_id", "of_claim"], right_on=["customer_id", "bill_no"])
    settled = fits.select(
        "customer_id", bill_no="of_claim", credit_bill_no="claim_no", settled_on=pl.lit(on),
        amount_minor=pl.min_horizontal(-pl.col("minor"), "open_minor"),
    ).filter(pl.col("amount_minor") > 0)  # fmt: skip
    if settled.height:
        hand = posting.hand(actor)
        receivables.post_settlements(settled, batch_no=None, told_on=on, actor=hand)


def _kept() -> tuple[pl.DataFrame, dict[str, Scheme]]:
    """Interest as it was charged, and the schemes as they were, each under a name of its own."""
    rows = Charge.objects.filter(number=0, claim="interest", run__kind="run").order_by("pk")
    told: list[tuple[Any, ...]] = []
    names: dict[str, tuple[str, dict[str, Any]]] = {}
    for row in rows.values_list(
        "pk", "bill_id", "instalment", "scheme", "from_on", "until_on", "claim", "claim_no", "reckoned"
    ):
        *plain, reckoned = row
        text = str(sorted(reckoned["scheme"].items()))
        name = names.setdefault(text, (f"s{len(names)}", reckoned["scheme"]))[0]
        told.append((*plain, name, reckoned["percent"], reckoned["signed_on"]))
    as_told = KEPT | {"percent": pl.String, "signed_on": pl.String}
    frame = pl.DataFrame(told, schema=as_told, orient="row").with_columns(
        pl.col("percent").cast(pl.Decimal(9, 6)), pl.col("signed_on").str.to_date("%Y-%m-%d")
    )
    return frame, {name: Scheme.model_validate(scheme) for name, scheme in names.values()}


def _net() -> pl.DataFrame:
    rows = (
        Charge.objects.filter(claim="interest")
        .order_by()
        .values_list("bill_id", "instalment", "scheme", "from_on")
    )
    found = rows.annotate(net=Sum("amount_minor"), number=Max("number"))
    return pl.DataFrame(list(found), schema=NET, orient="row")


def _open(customer_ids: list[int], claim_nos: list[str]) -> pl.DataFrame:
    """What is open of claims: customer_id, bill_no, open_minor."""
    those = customers.visible(system_actor(), on=FAR).filter(pk__in=customer_ids)
    mine = ledger.open_lines(those, as_of=FAR).filter(pl.col("bill_no").is_in(claim_nos))
    return mine.group_by("customer_id", "bill_no").agg(pl.col("open_minor").sum())
