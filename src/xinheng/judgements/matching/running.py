"""A run: all free money is looked at, what is sure enough is applied, the rest waits for a person."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel import bulk
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.judgements.matching import applying, gathering
from xinheng.judgements.matching import policy as policies
from xinheng.judgements.matching.models import MatchingRun, Proposal, ProposalLine
from xinheng.judgements.matching.proposing import minor_units, propose
from xinheng.judgements.matching.values import MatchingRules, Outcome, Proposed

OF_BILL = ["line", "bill_id", "bill_no", "billed_on", "segment", "kind"]


@transaction.atomic
def run(*, actor: Actor, on: date) -> Outcome:
    """Look at all free money within reach; apply what is sure, put the rest on the review list.

    What waited from earlier runs is proposed anew; what a person rejected is not proposed the same way
    again. Two runs at once take turns, so the second finds what the first left. Refuses: AccessDenied,
    NoMatchingRules.
    """
    access.require(actor, "matching.write")
    rules, sha256 = policies.in_force(on)
    applying.take_turn()
    seen = customers.visible(actor, on=on)
    money, lines, found = _found(seen, rules, on=on)
    Proposal.objects.filter(state="waiting", customer__in=seen.order_by().values("pk")).update(
        state="superseded"
    )
    kept = MatchingRun.objects.create(
        on=on, policy=f"{rules.code}@{rules.version}", sha256=sha256, begun_by=actor.login
    )
    told = _numbered(_lines(found, money, lines), found.proposals, money, kept, rules, on=on)
    sure = told.filter(pl.col("is_sure"))
    applied, refused = applying.post(sure.drop("is_sure"), actor=actor, on=on)
    _settle(applied, refused, actor=actor, on=on)
    outcome = _outcome(kept.pk, money, told, applied)
    kept.figures = {"receipts": outcome.receipts, "applied": outcome.applied, "waiting": outcome.waiting,
                    "unmatched": outcome.unmatched, "applied_minor": outcome.applied_minor,
                    "ways": outcome.ways}  # fmt: skip
    kept.save(update_fields=["figures"])
    audit.record(actor=actor, act="matching.run", subject=f"matching:{kept.pk}", on=on, after=kept.figures)
    return outcome


def preview(actor: Actor, *, on: date) -> tuple[Outcome, pl.DataFrame]:
    """What a run would come to, and its proposals: way, confidence, is_sure, currency, receipts, minor.

    Changes nothing. Refuses: AccessDenied, NoMatchingRules.
    """
    access.require(actor, "matching.read")
    rules, _sha256 = policies.in_force(on)
    money, _lines_open, found = _found(customers.visible(actor, on=on), rules, on=on)
    joined = found.proposals.join(
        money.select("receipt_id", "currency", "free_minor", minor="free_minor"), on="receipt_id"
    ).with_columns(is_sure=_sure(rules))
    by_way = joined.group_by("way", "confidence", "is_sure", "currency").agg(
        receipts=pl.len(), minor=pl.col("minor").sum()
    ).sort("confidence", "way", "is_sure", descending=[True, False, True])  # fmt: skip
    sums = joined.filter("is_sure").group_by("currency").agg(pl.col("minor").sum()).sort("currency")
    sure = joined.filter("is_sure").height
    outcome = Outcome(
        run=0, receipts=money.height, applied=sure, waiting=joined.height - sure,
        unmatched=money.height - joined.height, applied_minor=dict(sums.iter_rows()), ways=_ways(joined),
    )  # fmt: skip
    return outcome, by_way


def _found(seen: Any, rules: MatchingRules, *, on: date) -> tuple[pl.DataFrame, pl.DataFrame, Proposed]:
    money, lines = gathering.money(seen, on=on), gathering.lines(seen, on=on)
    found = propose(money, lines, rules, of_customers=gathering.of_customers(rules))
    return money, lines, _but_rejected(found, lines)


def _but_rejected(found: Proposed, lines: pl.DataFrame) -> Proposed:
    """Without what a person rejected before: the same receipt, way and bills."""
    rows = ProposalLine.objects.filter(proposal__state="rejected", source="receipt").values_list(
        "proposal_id", "proposal__receipt_id", "bill_id", "amount_minor"
    )
    before = pl.DataFrame(list(rows), schema=["proposal", "receipt_id", "bill_id", "minor"], orient="row")
    if before.is_empty():
        return found
    before = before.cast(pl.Int64)
    what = pl.concat_str("bill_id", "minor", separator=":").sort().str.join(" ").alias("what")
    bills = found.pairs.filter(pl.col("source") == "receipt").join(lines.select("line", "bill_id"), on="line")
    now = bills.group_by("receipt_id", "bill_id").agg(pl.col("minor").sum()).group_by("receipt_id").agg(what)
    refused = before.group_by("proposal", "receipt_id").agg(what)
    again = now.join(refused, on=["receipt_id", "what"]).select("receipt_id").unique()
    return Proposed(
        found.proposals.join(again, on="receipt_id", how="anti", maintain_order="left"),
        found.pairs.join(again, on="receipt_id", how="anti", maintain_order="left"),
    )


def _lines(found: Proposed, money: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """The pairs by bill instead of by line, instalments of one bill together, as they are posted."""
    of_money = money.select("receipt_id", "customer_id", "currency", "receipt_no", "received_on")
    bills = lines.select(OF_BILL)
    credit = lines.select(
        credit_line="line", credit_bill_id="bill_id", credit_bill_no="bill_no", credit_billed_on="billed_on"
    )
    joined = found.pairs.join(bills, on="line").join(credit, on="credit_line", how="left")
    keys = ["receipt_id", "source", "bill_id", "credit_bill_id"]
    by_bill = joined.group_by(keys, maintain_order=True).agg(
        pl.col("bill_no", "billed_on", "segment", "kind", "credit_bill_no", "credit_billed_on").first(),
        amount_minor=pl.col("minor").sum(),
    )
    placed = by_bill.join(of_money, on="receipt_id").sort(
        "receipt_id", "source", "bill_id", maintain_order=True
    )
    return placed.with_columns(place=pl.int_range(1, pl.len() + 1).over("receipt_id").cast(pl.Int64))


def _numbered(
    pairs: pl.DataFrame,
    proposals: pl.DataFrame,
    money: pl.DataFrame,
    kept: MatchingRun,
    rules: MatchingRules,
    *,
    on: date,
) -> pl.DataFrame:
    """Keep the proposals and their lines, all waiting at first; the lines with the proposals' keys."""
    by_receipt = pairs.filter(pl.col("source") == "receipt").group_by("receipt_id")
    paid = by_receipt.agg(amount_minor=pl.col("amount_minor").sum())
    whole = proposals.join(paid, on="receipt_id").join(
        money.select("receipt_id", "customer_id", "currency", "free_minor"), on="receipt_id"
    )
    bulk.append(
        Proposal, whole.with_columns(run_id=pl.lit(kept.pk, pl.Int64), made_on=pl.lit(on)).sort("receipt_id")
    )
    keys = Proposal.objects.filter(run=kept).order_by().values_list("pk", "receipt_id")
    known = pl.DataFrame(list(keys), schema={"proposal_id": pl.Int64, "receipt_id": pl.Int64}, orient="row")
    sure = whole.join(known, on="receipt_id").select("receipt_id", "proposal_id", is_sure=_sure(rules))
    told = pairs.join(sure, on="receipt_id", maintain_order="left")
    bulk.append(
        ProposalLine,
        told.select("proposal_id", "place", "bill_id", "source", "credit_bill_id", "amount_minor"),
    )
    return told


def _sure(rules: MatchingRules) -> pl.Expr:
    enough = pl.col("confidence") >= float(rules.automatic_from) - 1e-9
    if rules.automatic_upto is None:
        return enough
    most = float(rules.automatic_upto) * minor_units()
    return enough & (pl.col("free_minor") <= most)


def _settle(applied: pl.DataFrame, refused: pl.DataFrame, *, actor: Actor, on: date) -> None:
    """Note what was applied. What the ledger refused waits on."""
    applying.keep_settlements(applied)
    ids = applied["proposal_id"].unique().to_list()
    for at in range(0, len(ids), 500):
        Proposal.objects.filter(pk__in=ids[at : at + 500]).update(
            state="applied", decided_by=actor.login, decided_on=on
        )
    for proposal_id, bill_no, cause in refused.iter_rows():
        Proposal.objects.filter(pk=proposal_id).update(reason=f"{bill_no}: {cause}"[:200])


def _outcome(run_id: int, money: pl.DataFrame, told: pl.DataFrame, applied: pl.DataFrame) -> Outcome:
    done = applied["proposal_id"].n_unique()
    receipts = told["proposal_id"].n_unique()
    paid = applied.filter(pl.col("source") == "receipt")
    sums = paid.group_by("currency").agg(pl.col("amount_minor").sum()).sort("currency")
    ways = Proposal.objects.filter(run=run_id).values_list("way", flat=True)
    counted = pl.DataFrame({"way": list(ways)}, schema={"way": pl.String})
    return Outcome(
        run=run_id, receipts=money.height, applied=done, waiting=receipts - done,
        unmatched=money.height - receipts, applied_minor=dict(sums.iter_rows()), ways=_ways(counted),
    )  # fmt: skip


def _ways(frame: pl.DataFrame) -> dict[str, int]:
    return dict(frame.group_by("way").len().sort("way").iter_rows())
