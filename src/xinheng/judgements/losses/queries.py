"""Questions to expected losses, targets and figures of the credit policy.

Where a question takes `as_of` and `on`, the ledger is looked at as of the first, and what the actor may see
is that of the second. Refuses everywhere: AccessDenied.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db.models import QuerySet

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.periods import add_months
from xinheng.facts.customers import queries as customers
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.losses import ageing, aiming, allowing, benefiting, expecting, kpis, ledger, reporting
from xinheng.judgements.losses import policy as policies
from xinheng.judgements.losses.document import LossMatrix, Method
from xinheng.judgements.losses.errors import AllowanceUnknown, EntryUnknown, ReachTooSmall
from xinheng.judgements.losses.grouping import WAYS
from xinheng.judgements.losses.measures import FIGURES
from xinheng.judgements.losses.measuring import rolls
from xinheng.judgements.losses.models import Allowance, RegisterEntry, SingleAssessment, ToldFigure
from xinheng.judgements.losses.policy import Held
from xinheng.judgements.losses.reporting import FIGURES as GOAL_FIGURES
from xinheng.judgements.losses.reporting import GOALS, Figure
from xinheng.judgements.losses.rules import Movement
from xinheng.judgements.losses.seeing import sight
from xinheng.judgements.losses.targets_document import Control, CreditTargets
from xinheng.judgements.losses.values import (
    METHOD_WORDS,
    METHODS,
    REGISTER_KINDS,
    REGISTERS,
    STATES,
    TOLD,
    ControlStanding,
    Expected,
    NewAllowance,
    Target,
    TaxHint,
)

__all__ = [
    "FIGURES",
    "GOALS",
    "GOAL_FIGURES",
    "METHODS",
    "METHOD_WORDS",
    "REGISTERS",
    "REGISTER_KINDS",
    "STATES",
    "TOLD",
    "WAYS",
    "allowances",
    "assessments",
    "behind",
    "benefit",
    "controls",
    "credit_policy",
    "entries",
    "entry",
    "expected",
    "expected_loss",
    "figures",
    "figures_by_month",
    "get_allowance",
    "goals",
    "loss_rates",
    "matrix",
    "may_see_allowances",
    "partners",
    "previewed",
    "risks",
    "roll_rates",
    "target_trend",
    "targets",
    "tax_hints",
    "told",
]  # fmt: skip


def loss_rates(*, on: date) -> pl.DataFrame:
    """What share of each bucket of age is expected to be lost, by the document of the day.

    Gives, the youngest first: bucket, basis ("arisen": age from billing, "overdue": from the due day),
    upto_days, upto_months (both null: without end), rate (0 to 1, before the look ahead). The shipped
    document holds where none was adopted.
    """
    table = policies.matrix(on).document.given
    everybody = next(one for one in table.rates if not one.group)
    return pl.DataFrame(
        [
            (bucket.code, table.basis, bucket.upto_days, bucket.upto_months, float(percent) / 100)
            for bucket, percent in zip(table.buckets, everybody.percent, strict=True)
        ],
        schema={
            "bucket": pl.String, "basis": pl.String, "upto_days": pl.Int64, "upto_months": pl.Int64,
            "rate": pl.Float64,
        },
        orient="row",
    )  # fmt: skip


def expected_loss(lines: pl.DataFrame, *, as_of: date) -> pl.DataFrame:
    """Open lines with the rate and the loss expected by the given matrix of the day.

    lines: rows with billed_on, due_on, open_minor, as receivables.queries.open_lines gives them. Adds
    bucket (code), loss_rate (0 to 1) and loss_minor (rounded to the cent; a credit lowers the sum).
    """
    table = policies.matrix(as_of).document.given
    rates = (
        loss_rates(on=as_of).with_row_index("place").select(pl.col("place").cast(pl.Int32), "bucket", "rate")
    )
    placed = lines.with_columns(place=ageing.bucket_of(table.buckets, table.basis, as_of))
    joined = placed.join(rates, on="place", how="left", maintain_order="left")
    loss = (pl.col("open_minor") * pl.col("rate")).round(mode="half_away_from_zero").cast(pl.Int64)
    return joined.with_columns(loss_minor=loss).rename({"rate": "loss_rate"}).drop("place")


def matrix(on: date) -> Held[LossMatrix]:
    """The document on losses of a day: the adopted one, else the shipped one."""
    return policies.matrix(on)


def credit_policy(on: date) -> Held[CreditTargets]:
    """The credit policy of a day: the adopted one, else the shipped one."""
    return policies.targets(on)


def expected(actor: Actor, *, as_of: date, on: date, method: Method | None = None) -> Expected:
    """What is expected to be lost of what the customers within reach owe."""
    seen = sight(actor, as_of=as_of, on=on)
    return expecting.expect(seen.customers, as_of=as_of, held=policies.matrix(as_of), method=method)


def assessments(actor: Actor, *, on: date) -> QuerySet[SingleAssessment]:
    """The single assessments that hold on a day, within reach."""
    access.require(actor, "losses.read")
    found = expecting.assessments(on)
    if actor.scope.reach == "everything":
        return found
    return found.filter(customer__in=customers.visible(actor, on=on).order_by())


def tax_hints(actor: Actor, *, as_of: date, on: date, most: int = 1000) -> list[TaxHint]:
    """Open bills whose loss may be deducted from taxable income, the largest first, at most so many."""
    seen = sight(actor, as_of=as_of, on=on)
    lines = receivables.open_lines(seen.customers, as_of=as_of)
    past, since = seen.past(), add_months(as_of, -12)
    flows = ledger.flows(past, [since, as_of], sales_kinds=seen.document.sales_kinds)
    revenue = int(flows.filter(pl.col("currency") == "CNY")["sales_minor"].sum())
    rule = policies.matrix(as_of).document.tax
    found = expecting.tax_hints(lines, rule, as_of=as_of, revenue_minor=revenue)
    largest = found.sort("open_minor", "bill_id", descending=[True, False]).head(most)
    ids = largest["customer_id"].unique().to_list()
    names = {pk: (no, name) for pk, no, name in seen.seen.filter(pk__in=ids).values_list("pk", "no", "name")}
    return expecting.hints_of(largest, names)


def allowances(actor: Actor, *, on: date) -> QuerySet[Allowance]:
    """The allowances that were proposed, the newest first.

    For who sees every customer, or signs them by the document of the day. Refuses: ReachTooSmall.
    """
    access.require(actor, "losses.read")
    if not may_see_allowances(actor, on=on):
        raise ReachTooSmall
    return Allowance.objects.select_related("request")


def may_see_allowances(actor: Actor, *, on: date) -> bool:
    """Whether somebody sees every customer, or signs allowances by the document of the day."""
    if actor.scope.reach == "everything":
        return True
    held = people.roles_held(actor.person_id, on=on) if actor.person_id else frozenset()
    return any(held & set(step.roles) for step in policies.matrix(on).document.chain)


def get_allowance(actor: Actor, allowance_id: int, *, on: date) -> Allowance:
    """One proposal. Refuses: ReachTooSmall, AllowanceUnknown."""
    found = allowances(actor, on=on).filter(pk=allowance_id).first()
    if found is None:
        raise AllowanceUnknown(allowance=allowance_id)
    return found


def previewed(
    actor: Actor, new: NewAllowance, *, on: date
) -> tuple[Expected, Movement, list[dict[str, Any]]]:
    """What would be proposed: the losses, how the allowance moves, and the entry. Refuses: ReachTooSmall."""
    allowing.require_all(actor)
    found = expected(actor, as_of=new.as_of, on=on, method=new.method or None)  # type: ignore[arg-type]
    before = allowing.last_approved(new.currency, before=new.as_of)
    moved = allowing.movement(found, new.currency, before, opening=new.opening, acquired=new.acquired)
    document = policies.matrix(new.as_of).document
    return found, moved, allowing.entries(document, moved.change, new.currency)


def figures(actor: Actor, *, as_of: date, on: date, by: str = "") -> pl.DataFrame:
    """Every figure of each group of customers within reach, as `kpis.by_group` gives them."""
    return kpis.by_group(sight(actor, as_of=as_of, on=on), by if by in WAYS else "")


def figures_by_month(actor: Actor, *, as_of: date, on: date) -> pl.DataFrame:
    """The figures of all within reach, month by month, as `kpis.by_month` gives them."""
    return kpis.by_month(sight(actor, as_of=as_of, on=on))


def roll_rates(actor: Actor, *, as_of: date, on: date) -> pl.DataFrame:
    """What moved on from bucket to bucket in each of the months observed: day, currency, bucket, roll."""
    seen, table = sight(actor, as_of=as_of, on=on), policies.matrix(as_of).document.migration
    days = ledger.days_back(as_of, table.observed_months)
    found = rolls(seen.past(), table, days)
    codes = dict(enumerate(bucket.code for bucket in table.buckets))
    named = dict(enumerate(days[1:]))
    return found.with_columns(
        day=pl.col("step").replace_strict(named, return_dtype=pl.Date),
        bucket=pl.col("place").replace_strict(codes, return_dtype=pl.String),
    ).select("day", "currency", "bucket", "roll")


def targets(actor: Actor, *, as_of: date, on: date) -> list[Target]:
    """The four targets as they stand."""
    return aiming.targets(sight(actor, as_of=as_of, on=on))


def target_trend(actor: Actor, *, as_of: date, on: date) -> list[tuple[date, list[Target]]]:
    """The four targets month by month, the oldest first; the last is how they stand."""
    return aiming.trend(sight(actor, as_of=as_of, on=on))


def behind(actor: Actor, code: str, *, as_of: date, on: date) -> pl.DataFrame:
    """What stands behind a target, the largest first: bills, or orders that were not performed.

    Gives customer_no, name, document_no, due_on, amount_minor (open, or ordered) and late_days; for
    credit_sales the bills of the twelve months that were not due at once.
    """
    seen = sight(actor, as_of=as_of, on=on)
    since = add_months(as_of, -12)
    if code == "performance":
        orders = aiming.orders_due(seen, since, as_of).filter(~pl.col("is_performed"))
        found = orders.select(
            "customer_id", document_no="order_no", due_on="ship_on", amount_minor="amount_minor"
        )
    elif code == "credit_sales":
        kinds = list(seen.document.sales_kinds)
        bills = seen.past().bills.filter(
            (pl.col("billed_on") > since)
            & (pl.col("due_on") > pl.col("billed_on"))
            & pl.col("kind").is_in(kinds),
            pl.col("currency") == "CNY",
        )
        found = bills.select("customer_id", "due_on", "amount_minor", document_no="bill_no")
    else:
        lines = receivables.open_lines(seen.customers, as_of=as_of).filter(pl.col("currency") == "CNY")
        bad = code == "bad_debts"
        lines = aiming.bad_debts(lines, seen.document, as_of) if bad else aiming.overdue(lines, as_of)
        found = lines.select("customer_id", "due_on", document_no="bill_no", amount_minor="open_minor")
    names = pl.DataFrame(
        list(seen.seen.order_by().values_list("pk", "no", "name")),
        schema={"customer_id": pl.Int64, "customer_no": pl.String, "name": pl.String}, orient="row",
    )  # fmt: skip
    late = (pl.lit(as_of) - pl.col("due_on")).dt.total_days().clip(0)
    return (
        found.join(names, on="customer_id")
        .select("customer_no", "name", "document_no", "due_on", "amount_minor", late_days=late)
        .sort("amount_minor", "customer_no", "document_no", descending=[True, False, False])
    )


def benefit(actor: Actor, *, as_of: date, on: date, by: str = "customer") -> pl.DataFrame:
    """What selling on credit brought less what it cost, as `benefiting.net_benefit` gives it (ARM-03)."""
    by = by if by in WAYS and by != "segment" else "customer"
    return benefiting.net_benefit(sight(actor, as_of=as_of, on=on), policies.matrix(as_of).document, by)


def partners(actor: Actor, *, as_of: date, on: date) -> pl.DataFrame:
    """Customers by how near they are to a partner, as `benefiting.partners` gives them (ARM-05)."""
    return benefiting.partners(sight(actor, as_of=as_of, on=on))


def risks(actor: Actor, *, as_of: date, on: date) -> pl.DataFrame:
    """What each customer is expected to cost, as `benefiting.risks` gives it (ARM-06)."""
    return benefiting.risks(sight(actor, as_of=as_of, on=on), policies.matrix(as_of).document)


def goals(actor: Actor, *, as_of: date, on: date) -> list[Figure]:
    """The report on the three goals of credit management (LIM-13)."""
    return reporting.goals(sight(actor, as_of=as_of, on=on))


def entries(actor: Actor, register: str = "", *, which: str = "") -> QuerySet[RegisterEntry]:
    """The lines of a register ("": of all), the newest first. which: "open", "done" or "" for both."""
    access.require(actor, "losses.read")
    found = RegisterEntry.objects.all()
    found = found.filter(register=register) if register else found
    return found.filter(done_on__isnull=which == "open") if which in ("open", "done") else found


def entry(actor: Actor, entry_id: int) -> RegisterEntry:
    """One line of a register. Refuses: EntryUnknown."""
    found = entries(actor).filter(pk=entry_id).first()
    if found is None:
        raise EntryUnknown(entry=entry_id)
    return found


def controls(actor: Actor, *, on: date) -> list[ControlStanding]:
    """The controls of the three stages, each with its last proof; open without one in time (TGT-02)."""
    access.require(actor, "losses.read")
    rows = RegisterEntry.objects.filter(register="control", done_on__lte=on).order_by("done_on")
    proven = dict(rows.values_list("kind", "done_on"))
    return [_standing(one, proven.get(one.code), on) for one in policies.targets(on).document.controls]


def told(actor: Actor) -> QuerySet[ToldFigure]:
    """The figures that were told of months, the newest month first."""
    access.require(actor, "losses.read")
    return ToldFigure.objects.order_by("-month", "what", "-told_on", "-pk")


def _standing(control: Control, proven_on: date | None, on: date) -> ControlStanding:
    until = add_months(proven_on, control.months) if proven_on else None
    return ControlStanding(control, proven_on, until, is_open=until is None or until < on)
