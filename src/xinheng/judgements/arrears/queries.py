"""What late-payment forecasts say, within the reach of who asks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import polars as pl
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.periods import add_months
from xinheng.facts.customers import queries as customers
from xinheng.judgements.arrears import accuracies, books, own, policy
from xinheng.judgements.arrears.models import Forecast, OuterFactor, TrainedModel
from xinheng.judgements.arrears.policy import ArrearsRules
from xinheng.judgements.arrears.rules import accuracy, percent
from xinheng.judgements.arrears.values import Accuracy, Standing, Wanted

__all__ = [
    "LEVEL_WORDS",
    "NOTICES",
    "accuracy",
    "accuracy_history",
    "bills",
    "factor_lines",
    "latest",
    "outer_factors",
    "percent",
    "risks",
    "rules_on",
    "standing",
    "trained_models",
    "trend",
    "warned_bills",
]
LEVEL_WORDS: dict[str, str | Promise] = {
    "high": _("high risk"),
    "risk": _("at risk"),
    "none": _("no risk seen"),
    "not_assessable": _("not assessable"),
}
NOTICES: dict[str, str | Promise] = {
    "no_model": _("No model was trained yet: too few paid bills, or the end of the day has not come."),
    "off": _("Switched off: on later bills the forecasts did not beat the naive rules."),
    "no_forecast": _("A model is trained; the open bills are foretold at the end of the day."),
}
SORTED = {"late": "expected_late_minor", "open": "open_minor", "chance": "largest", "days": "days_late",
          "customer": "customer"}  # fmt: skip
LATEST = {"customer_id": pl.Int64, "currency": pl.String, "expected_late_minor": pl.Int64}
SHOWN_MONTHS = 24


def latest(customer_ids: Iterable[int] | None = None) -> pl.DataFrame | None:
    """customer_id, currency and expected_late_minor by the last forecast, of some customers or of all.

    None where forecasts are switched off or none was made.
    """
    found = _standing()
    if found.notice:
        return None
    rows = _customers(found.forecast).select(list(LATEST))
    return rows if customer_ids is None else rows.filter(pl.col("customer_id").is_in(list(customer_ids)))


def bills(*, as_of: date, since: date, on: date) -> pl.DataFrame:
    """The bills that the rules of a day look at, billed since a day and as known at the end of another.

    customer_id, bill_id, bill_no, customer, group, currency, amount, billed, due, paid (null: not wholly) and
    open_minor.
    """
    found = books.ledger(as_of=as_of, since=since, kinds=policy.in_force(on).kinds)
    return found.select("customer_id", "bill_id", "bill_no", "customer", "group", "currency", "amount",
                        "billed", "due", "paid", "open_minor")  # fmt: skip


def rules_on(on: date) -> ArrearsRules:
    """The rules of a day."""
    return policy.in_force(on)


def standing(actor: Actor) -> Standing:
    """The last model and forecast, and why nothing is shown. Refuses: AccessDenied."""
    access.require(actor, "arrears.read")
    return _standing()


def risks(actor: Actor, wanted: Wanted, *, on: date) -> pl.DataFrame:
    """The customers within reach of the last forecast that pass the filters, a row a customer and currency.

    Refuses: AccessDenied.
    """
    access.require(actor, "arrears.read")
    found = _standing()
    if found.notice:
        return pl.DataFrame(schema=LATEST)
    rows = _within(actor, _customers(found.forecast), on)
    if wanted.level:
        rows = rows.filter(pl.col("level") == wanted.level)
    if wanted.group:
        rows = rows.filter(pl.col("group") == wanted.group)
    if wanted.text:
        named = (
            customers.visible(actor, on=on).filter(name__icontains=wanted.text).values_list("no", flat=True)
        )
        at = pl.col("customer").str.contains(wanted.text, literal=True)
        rows = rows.filter(at | pl.col("customer").is_in(list(named)))
    column = SORTED[wanted.sort.removeprefix("-")]
    return rows.sort(column, "customer", "currency", descending=[wanted.sort.startswith("-"), False, False])


def warned_bills(actor: Actor, *, on: date, customer_no: str = "") -> pl.DataFrame:
    """The open bills of the last forecast within reach, those expected to be late with most money first.

    customer_no: of one customer, else of those at risk. Refuses: AccessDenied.
    """
    access.require(actor, "arrears.read")
    found = _standing()
    if found.notice:
        return pl.DataFrame(schema=LATEST)
    bills = _within(actor, own.read_table(found.forecast.results_path, found.forecast.results_sha256), on)
    if customer_no:
        bills = bills.filter(pl.col("customer") == customer_no)
    else:
        at_risk = _customers(found.forecast).filter(pl.col("level").is_in(["risk", "high"]))
        bills = bills.join(at_risk.select("customer", "currency", "level"), on=["customer", "currency"])
    weight = (pl.col("open_minor") * pl.col("chance")).alias("late_minor")
    return bills.with_columns(weight.round(0).cast(pl.Int64)).sort(
        "late_minor", "bill_id", descending=[True, False]
    )


def trend(actor: Actor) -> list[Forecast]:
    """The forecasts of the last two years, the oldest first. Refuses: AccessDenied."""
    access.require(actor, "arrears.read")
    return list(reversed(Forecast.objects.order_by("-as_of", "-pk")[: SHOWN_MONTHS * 31]))


def accuracy_history(actor: Actor, *, on: date) -> list[Accuracy]:
    """What the first forecast of each month that is over came to, by class, the newest first.

    Of the whole ledger. Refuses: AccessDenied.
    """
    access.require(actor, "arrears.read")
    since = add_months(on, -SHOWN_MONTHS)
    days = list(Forecast.objects.filter(as_of__gte=since).order_by("as_of", "pk").values_list("pk", "as_of"))
    rules = policy.in_force(on)
    chosen = [
        one for one in accuracies.first_of_months(days) if accuracies.ripe(one[1], on, rules.tolerance_days)
    ]
    if not chosen:
        return []
    start = add_months(chosen[0][1], -rules.months_back)
    paid = books.ledger(as_of=on - timedelta(days=1), since=start, kinds=rules.kinds)
    settled = paid.select("bill_id", pl.col("paid").alias("settled"))
    found: list[Accuracy] = []
    for row in Forecast.objects.filter(pk__in=[number for number, _day in chosen]).order_by("-as_of"):
        bills = own.read_table(row.results_path, row.results_sha256)
        levels = _customers(row).select("customer", "currency", "level")
        found += accuracies.compared(bills, levels, settled, as_of=row.as_of, tolerance=rules.tolerance_days)
    return found


def trained_models(actor: Actor) -> QuerySet[TrainedModel]:
    """The models that were trained, the newest first. Refuses: AccessDenied."""
    access.require(actor, "arrears.read")
    return TrainedModel.objects.all()


def outer_factors(actor: Actor) -> QuerySet[OuterFactor]:
    """The steps people told, the newest first. Refuses: AccessDenied."""
    access.require(actor, "arrears.read")
    return OuterFactor.objects.all()


def factor_lines(actor: Actor, *, on: date) -> list[dict[str, Any]]:
    """Each factor of the policy with the step for everybody; one that nobody told is neutral."""
    access.require(actor, "arrears.read")
    rules = policy.in_force(on)
    told = {(one["code"], one["applies_to"]): one["step"] for one in own.factors_on(on, rules)}
    return [
        {"factor": one, "step": told.get((one.code, ""), 0), "is_told": (one.code, "") in told,
         "narrower": sum(code == one.code and bool(name) for code, name in told)}
        for one in rules.factors
    ]  # fmt: skip


def _standing() -> Standing:
    model = TrainedModel.objects.first()
    if model is None:
        return Standing(None, None, "no_model")
    if not model.beats:
        return Standing(model, None, "off")
    made = Forecast.objects.filter(model=model).first() or Forecast.objects.first()
    return Standing(model, made, "" if made else "no_forecast")


def _customers(row: Any) -> pl.DataFrame:
    return own.read_table(row.customers_path, row.customers_sha256)


def _within(actor: Actor, rows: pl.DataFrame, on: date) -> pl.DataFrame:
    seen = customers.visible(actor, on=on)
    if actor.scope.reach == "everything":
        return rows
    ids = list(seen.filter(pk__in=rows["customer_id"].unique().to_list()).values_list("pk", flat=True))
    return rows.filter(pl.col("customer_id").is_in(ids))
