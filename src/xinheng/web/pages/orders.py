"""Orders: the list, one order with all that a decision needs, one decision computed again."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from xinheng.base.access import queries as people
from xinheng.base.kernel.actors import Actor
from xinheng.facts.orders import queries as orders
from xinheng.judgements.limits import queries as credit
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.web.pages import hold_acts, hold_words, order_acts
from xinheng.web.pages.credit_words import customer_facts
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer

NOT_CHECKED = "unchecked"
STATES = ["passed", "held", "released", "rejected", "ended"]
ENDINGS = [("open", _("not ended")), ("ended", _("has ended"))]
HOW_ENDED: dict[str, Any] = {"cancelled": _("cancelled"), "closed": _("closed")}
COLUMNS: list[tuple[str, Any, str]] = [
    ("told", _("Order no."), ""), ("", _("Customer"), ""), ("ordered", _("Ordered on"), ""),
    ("ship", _("Planned"), ""), ("amount", _("Amount"), "xh-num"), ("", _("Undelivered"), "xh-num"),
    ("", _("Not billed"), "xh-num"), ("", _("Way of payment"), ""), ("", _("Credit"), ""),
]  # fmt: skip


def asked(request: HttpRequest) -> tuple[orders.OrderWanted, str]:
    """The filters and the order that the address names, and the state of credit that is wanted."""
    told = request.GET
    sort, state = told.get("sort", "told"), told.get("state", "")
    wanted = orders.OrderWanted(
        text=told.get("q", "").strip()[:100],
        payment=told.get("payment", "") if told.get("payment", "") in hold_words.PAYMENTS else "",
        ended=told.get("ended", "") if told.get("ended", "") in ("open", "ended") else "",
        since=_day(told.get("since", "")),
        until=_day(told.get("until", "")),
        sort=sort if sort.removeprefix("-") in orders.SORTS else "told",
    )
    return wanted, state if state in STATES else ""


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def found(actor: Actor, wanted: orders.OrderWanted, state: str, *, on: date) -> Any:
    """The orders that pass the filters, those of a state of credit where one is wanted."""
    rows = orders.orders_seen(actor, wanted, on=on)
    return rows.filter(order_no__in=credit.in_state(state)) if state else rows


def rows_told(page: list[tuple[Any, Any]]) -> list[dict[str, Any]]:
    """Orders as rows of a list, each with where it stands with credit."""
    states = credit.states_of([order.order_no for _row, order in page])
    return [
        {
            "customer": row.customer,
            "order": order,
            "value": hold_words.amount(order.amount.minor, order.amount.currency),
            "payment": hold_words.PAYMENTS[order.payment],
            "state": credit.STATES[states.get(order.order_no, NOT_CHECKED)],
            "tone": hold_words.STATE_TONES.get(states.get(order.order_no, ""), "warn"),
        }
        for row, order in page
    ]


@signed_in
@require_GET
def order_list(request: HttpRequest) -> HttpResponse:
    """The orders within reach, the last told first, a page at a time."""
    actor, on = actor_of(request), business_day()
    wanted, state = asked(request)
    place = request.GET.get("after", "")[:60]
    page, after = orders.page_of(found(actor, wanted, state, on=on), sort=wanted.sort, after=place)
    told = {
        "lines": rows_told(page),
        "after": after,
        "later_page": bool(place),
        "columns": hold_words.headings(request, COLUMNS, wanted.sort),
        "wanted": wanted,
        "state": state,
        "states": [(each, credit.STATES[each]) for each in STATES],
        "payments": list(hold_words.PAYMENTS.items()),
        "endings": ENDINGS,
        "query": request.GET.urlencode(),
        "may_export": actor.may("exports.read"),
    }
    return render(request, "orders/list.html", told)


@signed_in
@require_GET
def export_orders(request: HttpRequest) -> HttpResponse:
    """The filtered orders as Excel."""
    on = business_day()
    wanted, state = asked(request)
    content = reports.export_orders(actor=actor_of(request), on=on, wanted=wanted, state=state)
    return workbook_answer(content, f"orders-{on.isoformat()}.xlsx")


@signed_in
@require_GET
def order_page(request: HttpRequest, order_no: str) -> HttpResponse:
    """One order: its versions, deliveries, bills and decisions, and what the customer owes and may."""
    actor, on = actor_of(request), business_day()
    facts = credit.order_facts(actor, order_no, on=on)
    order, held = facts.order, facts.credit
    state = held.state if held else NOT_CHECKED
    currency = order.amount.currency
    by = held.asked_by if held else ""
    told = {
        "facts": facts,
        "state": credit.STATES[state],
        "tone": hold_words.STATE_TONES.get(state, "warn"),
        "ended": HOW_ENDED.get(order.ended, ""),
        "end": orders.end_of(order_no),
        "value": hold_words.amount(order.amount.minor, currency),
        "payment": hold_words.PAYMENTS[order.payment],
        "asked_by": people.names_by_login([by]).get(by, by),
        "released": _released_part(facts),
        "reasons": hold_words.reasons_told(facts.reasons, facts.of_customer.head.exposure.currency),
        "ways": hold_words.ways_told(facts.ways, facts.of_customer.head.exposure.currency),
        "authority": hold_acts.authority_told(facts),
        "covers": [
            {
                "one": each,
                "what": hold_words.COVERS[each.what],
                "state": hold_words.COVER_STATES[each.state],
                "amount": hold_words.amount(each.amount_minor, each.currency),
            }
            for each in facts.covers
        ],
        "customer_facts": customer_facts(facts.of_customer),
        "decisions": hold_words.decisions_told(facts.decisions),
        "versions": [
            {"one": each, "value": hold_words.amount(each.amount_minor, each.currency)}
            for each in orders.versions_of(order_no)
        ],
        "deliveries": orders.deliveries_of(order_no),
        "bills": orders.bills_of_order(order_no, as_of=on),
        "acts": hold_acts.offered(actor, facts),
        "moves": order_acts.moves(actor, facts),
        "may_decide": actor.may("limits.release"),
        "may_recheck": state == "held" and actor.may("limits.check"),
        "may_write_letter": state == "held" and actor.may("limits.release"),
    }
    return render(request, "orders/order.html", told)


def _released_part(facts: Any) -> str:
    """Up to which value an order was released, where that is a part of it."""
    held, order = facts.credit, facts.order
    is_part = held and held.state == "released" and held.released_minor != order.amount.minor
    return hold_words.amount(held.released_minor or 0, order.amount.currency) if is_part else ""


@signed_in
@require_GET
def decision_page(request: HttpRequest, order_no: str, decision_id: int) -> HttpResponse:
    """One decision with every figure it was made from, computed again."""
    facts = credit.order_facts(actor_of(request), order_no, on=business_day())
    one = next((each for each in facts.decisions if each.pk == decision_id), None)
    if one is None:
        raise Http404
    (line,) = hold_words.decisions_told([one])
    told = {**line, "replayed": credit.replay(one), "figures": _figures(one.figures)}
    return render(request, "orders/decision.html", told)


def _figures(kept: dict[str, Any], before: str = "") -> list[tuple[str, str]]:
    """Every figure as it was kept, those inside others by their path."""
    told: list[tuple[str, str]] = []
    for name, value in kept.items():
        path_to = f"{before}{name}"
        if isinstance(value, dict):
            told += _figures(value, f"{path_to}.")
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for place, each in enumerate(value):
                told += _figures(each, f"{path_to}.{place}.")
        else:
            told.append((path_to, "—" if value in (None, "", []) else str(value)))
    return told


urlpatterns = [
    path("orders/", order_list, name="orders"),
    path("orders/export/", export_orders, name="export_orders"),
    path("orders/one/<path:order_no>/decisions/<int:decision_id>/", decision_page, name="decision"),
    path("orders/one/<path:order_no>/", order_page, name="order"),
]
