"""The proof that ageing adds up: by customer and by everything it is gathered by, to the cent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import polars as pl
from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.facts.receivables import queries as receivables
from xinheng.operations.confirmations import buckets
from xinheng.operations.confirmations.ageing import Cells, Look, bucket_columns, cells
from xinheng.operations.confirmations.gathering import gathered, net_cells, proven
from xinheng.operations.confirmations.models import AgeingProof, ProofDifference
from xinheng.operations.confirmations.values import DIMENSIONS, OF_THE_LINE, AgeingAsked, BucketSet

MOST_KEPT = 200  # differences kept by name; all are counted
DAY = timedelta(days=1)


def prove_ageing(*, actor: Actor, on: date, as_of: date) -> AgeingProof:
    """Check the ageing of a day, keep what was found, and name by customer whatever does not add up.

    Three figures of each customer must be one: what the ledger has open less free money, what bills less
    receipts come to, and what the lines of the ageing say, from the columnar files where there are any.
    Every grouping must
    come to the same in all, and its buckets to its total. Refuses: AccessDenied.
    """
    access.require(actor, "confirmations.write", "ageing")
    document = buckets.in_force(on)
    standing = receivables.standing_by_customer(as_of=as_of)
    compared = proven(_net(standing), receivables.control_by_customer(None, as_of=as_of))
    filed = cells(None, Look(as_of, document.first))
    beside = proven(net_cells(filed), _as_facts(compared))
    differing = "files" if filed.from_file else "lines"
    wrong = pl.concat([_wrong(compared, "ledger"), _wrong(beside, differing)])
    totals = compared.group_by("currency").agg(pl.col("facts_minor").sum(), pl.len().alias("customers"))
    checks = list(_groupings(filed, totals, document.first, as_of=as_of, on=on))
    told = {
        "on": on, "as_of": as_of, "customers": compared["customer_id"].n_unique(), "checks": checks,
        "from_file": filed.from_file,
    }  # fmt: skip
    return _keep(actor, told, wrong)


def _net(standing: pl.DataFrame) -> pl.DataFrame:
    both = ["customer_id", "currency"]
    return standing.select(*both, shown_minor=pl.col("open_minor") - pl.col("free_minor"))


def _as_facts(compared: pl.DataFrame) -> pl.DataFrame:
    none = pl.lit(0, dtype=pl.Int64)
    return compared.select("customer_id", "currency", facts_minor="shown_minor", written_off_minor=none)


def _wrong(compared: pl.DataFrame, by: str) -> pl.DataFrame:
    found = compared.filter(pl.col("shown_minor") != pl.col("facts_minor"))
    return found.select("customer_id", "currency", "shown_minor", "facts_minor", by=pl.lit(by))


def _groupings(
    filed: Cells, totals: pl.DataFrame, chosen: BucketSet, *, as_of: date, on: date
) -> Iterator[dict[str, Any]]:
    """For each dimension and currency what its lines come to, and what they must."""
    everyone = system_actor()
    facts = dict(totals.select("currency", "facts_minor").iter_rows())
    free = dict(filed.free.group_by("currency").agg(pl.col("free_minor").sum()).iter_rows())
    for by in DIMENSIONS:
        found = filed
        if by in OF_THE_LINE:
            found = cells(None, Look(as_of, chosen, by))
        frame = gathered(everyone, found, chosen, AgeingAsked(by=by), as_of=as_of, on=on)
        summed = frame.group_by("currency").agg(
            shown=pl.sum_horizontal(bucket_columns(chosen)).sum(), total=pl.col("total").sum()
        )
        shown = {currency: (minor, total) for currency, minor, total in summed.iter_rows()}
        for currency in sorted({*facts, *shown}):
            in_buckets, total = shown.get(currency, (0, 0))
            net = in_buckets - free.get(currency, 0)
            yield {
                "by": by, "currency": currency, "shown": net, "facts": facts.get(currency, 0),
                "agrees": net == facts.get(currency, 0) and total == in_buckets,
            }  # fmt: skip


@transaction.atomic
def _keep(actor: Actor, told: dict[str, Any], wrong: pl.DataFrame) -> AgeingProof:
    failed = [one for one in told["checks"] if not one["agrees"]]
    kept = AgeingProof.objects.create(
        **told, differences=wrong.height + len(failed), is_sound=wrong.is_empty() and not failed,
        told_by=actor.login,
    )  # fmt: skip
    size = (pl.col("shown_minor") - pl.col("facts_minor")).abs()
    ordered = wrong.sort(size, "customer_id", "currency", descending=[True, False, False])
    named = ordered[:MOST_KEPT].iter_rows(named=True)
    ProofDifference.objects.bulk_create(
        [ProofDifference(proof=kept, **row) for row in named]
        + [
            ProofDifference(
                proof=kept, by=one["by"], currency=one["currency"], shown_minor=one["shown"],
                facts_minor=one["facts"],
            )
            for one in failed
        ]
    )  # fmt: skip
    after = {"as_of": kept.as_of, "customers": kept.customers, "differences": kept.differences}
    record(actor=actor, act="confirmations.prove_ageing", subject="ageing", on=kept.on, after=after)
    return kept


def end_day(*, actor: Actor, on: date) -> list[AgeingProof]:
    """Write the columnar files anew where the ledger is worth it, and prove today and the last month end."""
    access.require(actor, "confirmations.write", "ageing")
    refresh(actor=actor, on=on)
    days = dict.fromkeys([on.replace(day=1) - DAY, on])
    return [prove_ageing(actor=actor, on=on, as_of=day) for day in days]


def refresh(*, actor: Actor, on: date, always: bool = False) -> bool:
    """Write the columnar files anew where the ledger is worth it; gives whether they were written.

    always: whatever the size. Refuses: AccessDenied.
    """
    access.require(actor, "confirmations.write", "ageing")
    if not (always or receivables.is_large()):
        return False
    written = receivables.write_spans(on=on) is not None
    record(
        actor=actor, act="confirmations.refresh_ageing", subject="ageing", on=on, after={"written": written}
    )
    return written
