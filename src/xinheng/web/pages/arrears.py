"""Late-payment risk: who is at risk, which bills, how right earlier forecasts were, and outer factors."""

from __future__ import annotations

from typing import Any

import polars as pl
from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.judgements.arrears import queries as arrears
from xinheng.judgements.arrears import services as acts
from xinheng.judgements.arrears.values import LEVELS, SORTS, Standing, Wanted
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.hold_words import headings
from xinheng.web.pages.trying import dressed, tried

A_PAGE = 50
TONES = {"high": "bad", "risk": "warn", "none": "good", "not_assessable": ""}
COLUMNS: list[tuple[str, Any, str]] = [
    ("customer", _("Customer"), ""), ("", _("Level"), ""), ("open", _("Open"), "xh-num"),
    ("late", _("Expected late"), "xh-num"), ("chance", _("Highest chance"), "xh-num"),
    ("days", _("Expected days late"), "xh-num"), ("", _("Why"), ""),
]  # fmt: skip
RIVALS = [
    ("past_rate", _("Past rate of the customer")),
    ("oldest", _("Oldest first")),
    ("largest", _("Largest first")),
]


class FactorForm(forms.Form):
    """A step of an outer factor from a day on."""

    places = {"arrears_factor_invalid": "step"}
    code = forms.ChoiceField(label=_("Factor"))
    step = forms.TypedChoiceField(
        label=_("Step"), coerce=int, initial=0,
        choices=[(-2, _("-2 much better")), (-1, _("-1 better")), (0, _("0 neutral")), (1, _("1 worse")),
                 (2, _("2 much worse"))],
    )  # fmt: skip
    applies_to = forms.CharField(
        label=_("Applies to"), required=False, max_length=40,
        help_text=_("A customer number or a segment; empty: everybody."),
    )  # fmt: skip
    from_on = day_field(_("From"), required=True)
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, factors: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = factors  # type: ignore[attr-defined]
        dressed(self)


def asked(request: HttpRequest) -> Wanted:
    """The filters and the order that the address names; anything else in it is passed over."""
    told, sort = request.GET, request.GET.get("sort", "-late")
    return Wanted(
        text=told.get("q", "").strip()[:100],
        level=told.get("level", "") if told.get("level", "") in LEVELS else "",
        group=told.get("group", "")[:40],
        sort=sort if sort.removeprefix("-") in SORTS else "-late",
    )


@signed_in
@require_GET
def arrears_list(request: HttpRequest) -> HttpResponse:
    """The customers of the last forecast, the risk indicator chart and the trend."""
    actor, on, wanted = actor_of(request), business_day(), asked(request)
    standing = arrears.standing(actor)
    rows = arrears.risks(actor, wanted, on=on)
    page = Paginator(range(rows.height), A_PAGE).get_page(request.GET.get("page"))
    lines = _customer_lines(rows[list(page.object_list)] if rows.height else rows)
    told = {
        **_told(actor, standing, "list"),
        "wanted": wanted,
        "page": page,
        "lines": lines,
        "levels": list(arrears.LEVEL_WORDS.items()),
        "groups": _groups(standing),
        "columns": headings(request, COLUMNS, wanted.sort),
        "query": request.GET.urlencode(),
        "is_filtered": any((wanted.text, wanted.level, wanted.group)),
        **_charts(actor, standing),
    }
    return render(request, "arrears/list.html", told)


def _told(actor: Actor, standing: Standing, here: str) -> dict[str, Any]:
    return {
        "standing": standing,
        "here": here,
        "notice": arrears.NOTICES.get(standing.notice, ""),
        "may_export": actor.may("exports.read"),
    }


def _groups(standing: Standing) -> list[tuple[str, str]]:
    names = {one["group"] for one in standing.forecast.totals} if standing.forecast else set()
    return [(name, name) for name in sorted(names - {""})]


def _charts(actor: Actor, standing: Standing) -> dict[str, Any]:
    """Both drawings, of the whole ledger; only for who reaches all of it."""
    if standing.notice or actor.scope.reach != "everything":
        return {}
    totals = standing.forecast.totals
    currency = totals[0]["currency"] if totals else "CNY"
    days = [(row.as_of, row.totals) for row in arrears.trend(actor)]
    return {
        "indicator": reports.risk_indicator(totals, currency),
        "trend": reports.risk_trend(days, currency),
        "totals": [
            {**one, "open": Money(one["open_minor"], one["currency"]),
             "expected": Money(one["expected_late_minor"], one["currency"])}
            for one in totals
        ],
    }  # fmt: skip


def _customer_lines(rows: pl.DataFrame) -> list[dict[str, Any]]:
    names = customers.numbers_and_names(rows["customer_id"].unique().to_list()) if rows.height else {}
    return [
        {
            "no": row["customer"], "name": names.get(row["customer_id"], ("", row["customer"]))[1],
            "level": arrears.LEVEL_WORDS[row["level"]], "tone": TONES[row["level"]], "group": row["group"],
            "open": Money(row["open_minor"], row["currency"]),
            "late": Money(row["expected_late_minor"], row["currency"]), "bills": row["bills"],
            "chance": reports.share_text(row["largest"]), "days": f"{row['days_late']:.1f}",
            "reasons": row["reasons"],
        }
        for row in rows.iter_rows(named=True)
    ]  # fmt: skip


@signed_in
@require_GET
def arrears_bills(request: HttpRequest) -> HttpResponse:
    """The warning table: the open bills of customers at risk, or all of one customer."""
    actor, on, no = actor_of(request), business_day(), request.GET.get("customer", "")[:40]
    standing = arrears.standing(actor)
    rows = arrears.warned_bills(actor, on=on, customer_no=no)
    page = Paginator(range(rows.height), A_PAGE).get_page(request.GET.get("page"))
    lines = _bill_lines(rows[list(page.object_list)] if rows.height else rows)
    told = {**_told(actor, standing, "bills"), "page": page, "lines": lines, "customer_no": no}
    return render(request, "arrears/bills.html", told)


def _bill_lines(rows: pl.DataFrame) -> list[dict[str, Any]]:
    if not rows.height:
        return []
    names = customers.numbers_and_names(rows["customer_id"].unique().to_list())
    return [
        {
            **row, "name": names.get(row["customer_id"], ("", row["customer"]))[1],
            "open": Money(row["open_minor"], row["currency"]),
            "chance_text": reports.share_text(row["chance"]), "days": f"{row['days_late']:.1f}",
        }
        for row in rows.iter_rows(named=True)
    ]  # fmt: skip


@signed_in
@require_GET
def arrears_accuracy(request: HttpRequest) -> HttpResponse:
    """How good the model was on later bills beside the naive rules, and what earlier forecasts came to."""
    actor, on = actor_of(request), business_day()
    standing = arrears.standing(actor)
    report = standing.model.report if standing.model else {}
    tested = bool(report.get("bills"))
    told = {
        **_told(actor, standing, "accuracy"),
        "report": report,
        "rivals": _rivals(report) if tested else [],
        "calibration": _calibration(report) if tested else None,
        "lines": [_accuracy(one) for one in arrears.accuracy_history(actor, on=on)],
        "models": arrears.trained_models(actor)[:12],
    }
    return render(request, "arrears/accuracy.html", told)


def _rivals(report: dict[str, Any]) -> list[dict[str, Any]]:
    every = [(gettext("Forecast"), report), *((name, report["naive"][code]) for code, name in RIVALS)]
    return [
        {
            "name": name, "auc": _figure(one["auc"], 3), "brier": _figure(one.get("brier"), 3),
            "mae": _figure(one.get("mae"), 1), "money": reports.share_text(one["money_recall"]["10%"]),
        }
        for name, one in every
    ]  # fmt: skip


def _calibration(report: dict[str, Any]) -> Any:
    tenths = [{"foretold": one["foretold"], "bad": one["late"]} for one in report["calibration"]]
    return reports.calibration(tenths, (gettext("Foretold"), gettext("Late")))


def _figure(figure: float | None, places: int) -> str:
    return "—" if figure is None else f"{figure:.{places}f}"


def _accuracy(one: Any) -> dict[str, Any]:
    return {
        "one": one, "share": reports.share_text(one.accuracy), "precision": reports.share_text(one.precision),
        "recall": reports.share_text(one.recall),
    }  # fmt: skip


@signed_in
def arrears_factors(request: HttpRequest) -> HttpResponse:
    """The outer factors that weigh on every forecast; missing ones are neutral."""
    actor, on = actor_of(request), business_day()
    standing, may_tell = arrears.standing(actor), actor.may("arrears.fit")
    lines = arrears.factor_lines(actor, on=on)
    choices = [(one["factor"].code, str(one["factor"])) for one in lines]
    sent = request.POST if request.method == "POST" else None
    form = FactorForm(choices, sent, initial={"from_on": on})
    if sent is not None:
        access.require(actor, "arrears.fit")
        if (
            tried(request, form, lambda: acts.tell_factor(actor=actor, on=on, **form.cleaned_data))
            is not None
        ):
            messages.success(request, gettext("The factor counts from the next forecast on."))
            return redirect("arrears_factors")
    told = {
        **_told(actor, standing, "factors"),
        "factors": lines,
        "told": arrears.outer_factors(actor)[:A_PAGE],
        "form": form if may_tell else None,
    }
    return render(request, "arrears/factors.html", told, status=422 if sent is not None else 200)


@signed_in
@require_GET
def export_arrears(request: HttpRequest) -> HttpResponse:
    """The filtered customers, the warning table and the accuracy as Excel."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "arrears.read")
    content = reports.export_arrears(actor=actor, on=on, wanted=asked(request))
    return workbook_answer(content, f"late-payment-{on.isoformat()}.xlsx")


urlpatterns = [
    path("late-payment/", arrears_list, name="arrears"),
    path("late-payment/bills/", arrears_bills, name="arrears_bills"),
    path("late-payment/accuracy/", arrears_accuracy, name="arrears_accuracy"),
    path("late-payment/factors/", arrears_factors, name="arrears_factors"),
    path("late-payment/export/", export_arrears, name="export_arrears"),
]
