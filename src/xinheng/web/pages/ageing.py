"""Ageing of any day by anything, the documents behind it, and the proofs that it adds up."""

from __future__ import annotations

from datetime import date
from math import ceil
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.operations.confirmations import queries as confirmations
from xinheng.operations.confirmations import services as acts
from xinheng.operations.confirmations.values import DIMENSIONS, AgeingAsked, text_of
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer

A_PAGE, PROOFS_SHOWN = 50, 60


def asked(told: QueryDict, on: date) -> tuple[AgeingAsked, date]:
    """What an address asks for, and of which day; anything else in it is passed over."""
    by, of = told.get("by", ""), told.get("of", "")
    sort = told.get("sort", "-total")
    wanted = AgeingAsked(
        by=by if by in DIMENSIONS else "customer",
        buckets=told.get("buckets", "")[:48],
        currency=told.get("currency", "")[:3],
        text=told.get("q", "").strip()[:100],
        kind=told.get("kind", "")[:20],
        of=of if of in DIMENSIONS else "",
        key=told.get("key", "")[:120],
        sort=sort if sort.removeprefix("-").isalnum() else "-total",
    )
    return wanted, min(_day(told.get("as_of")) or on, on)


def _day(text: str | None) -> date | None:
    try:
        return parse_date(text or "")
    except ValueError:
        return None


@signed_in
@require_GET
def ageing(request: HttpRequest) -> HttpResponse:
    """The ageing within reach, cut and gathered as asked, a page at a time."""
    actor, on = actor_of(request), business_day()
    wanted, as_of = asked(request.GET, on)
    number = request.GET.get("page", "")
    page = int(number) if number.isascii() and number.isdigit() and 0 < len(number) < 7 else 1
    some = slice((page - 1) * A_PAGE, page * A_PAGE)
    aged = confirmations.aged(actor, wanted, as_of=as_of, on=on, page=some)
    document = confirmations.buckets_in_force(on)
    pages = max(1, ceil(aged.number / A_PAGE))
    told = {
        "aged": aged,
        "lines": [_line(line, aged, wanted, as_of) for line in aged.lines],
        "sums": aged.sums,
        "heads": _heads(request, aged, wanted),
        "wanted": wanted,
        "as_of": as_of,
        "on": on,
        "dimensions": list(confirmations.DIMENSION_NAMES.items()),
        "dimension": confirmations.DIMENSION_NAMES[aged.by],
        "within": confirmations.DIMENSION_NAMES.get(wanted.of),
        "sets": [(one.code, text_of(one)) for one in document.sets],
        "kinds": list(confirmations.CLAIMS.items()),
        "proof": confirmations.last_proof(),
        "before": page - 1,
        "after": page + 1 if page < pages else 0,
        "query": request.GET.urlencode(),
        "may_export": actor.may("exports.read"),
    }
    return render(request, "ageing/ageing.html", told)


def _heads(request: HttpRequest, aged: Any, wanted: AgeingAsked) -> list[dict[str, Any]]:
    """The headings of the columns of money, each with the address that sorts by it."""
    names = confirmations.bucket_names(aged.set)
    columns = [
        ("bills", _("Bills")), *((f"b{place}", name) for place, name in enumerate(names)),
        ("total", _("Open in all")), ("disputed", _("of it disputed")), ("prepaid", _("Paid in advance")),
    ]  # fmt: skip
    made = []
    for code, name in columns:
        here = wanted.sort.removeprefix("-") == code
        descending = wanted.sort.startswith("-")
        query = request.GET.copy()
        query.pop("page", None)
        query["sort"] = code if here and descending else f"-{code}"
        order = ("descending" if descending else "ascending") if here else "none"
        made.append({"label": name, "address": f"?{query.urlencode()}", "sorted": order})
    return made


def _line(line: Any, aged: Any, wanted: AgeingAsked, as_of: date) -> dict[str, Any]:
    """A line, and the address one drills down to: the documents of a customer, else its customers."""
    inside = QueryDict(mutable=True)
    inside.update({"as_of": as_of.isoformat()})
    if aged.by != "customer":
        inside.update({"of": aged.by, "key": line.key, "buckets": aged.set.code})
    return {
        "line": line,
        "name": reports.key_told(line, aged.by),
        "is_customer": aged.by == "customer",
        "query": inside.urlencode(),
        "in_kind": bool(wanted.kind),
    }


@signed_in
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The same ageing, all its lines, as Excel."""
    on = business_day()
    wanted, as_of = asked(request.GET, on)
    content = reports.export_ageing(actor=actor_of(request), on=on, as_of=as_of, asked=wanted)
    return workbook_answer(content, f"ageing-{aged_name(wanted)}-{as_of.isoformat()}.xlsx")


def aged_name(wanted: AgeingAsked) -> str:
    """What a file of the ageing is called by."""
    return f"{wanted.by}-{wanted.of}" if wanted.of else wanted.by


@signed_in
@require_GET
def documents(request: HttpRequest, no: str) -> HttpResponse:
    """What one customer has open on a day, line by line, with the days its clocks stood still."""
    actor, on = actor_of(request), business_day()
    _wanted, as_of = asked(request.GET, on)
    frame = confirmations.documents(actor, no, as_of=as_of, on=on)
    told = {
        "customer": customers.get(actor, no, on=on),
        "lines": [_document(row, as_of) for row in frame.iter_rows(named=True)],
        "as_of": as_of,
        "on": on,
        "may_export": actor.may("exports.read"),
        "may_confirm": actor.may("confirmations.write"),
    }
    return render(request, "ageing/documents.html", told)


def _document(row: dict[str, Any], as_of: date) -> dict[str, Any]:
    currency = row["currency"]
    past = max(0, (as_of - row["due_on"]).days)
    arithmetic = ""
    if row["paused_days"] and past:
        words = _("%(overdue)s = %(past)s − %(paused)s days stopped")
        arithmetic = words % {"overdue": row["overdue_days"], "past": past, "paused": row["paused_days"]}
    return {
        "row": row,
        "kind": confirmations.CLAIMS.get(row["kind"], row["kind"]),
        "amount": Money(row["amount_minor"], currency),
        "open": Money(row["open_minor"], currency),
        "disputed": Money(row["disputed_minor"], currency) if row["disputed_minor"] else None,
        "arithmetic": arithmetic,
    }


@signed_in
@require_GET
def export_documents(request: HttpRequest, no: str) -> HttpResponse:
    """The same documents as Excel."""
    on = business_day()
    _wanted, as_of = asked(request.GET, on)
    content = reports.export_documents(actor=actor_of(request), on=on, as_of=as_of, customer_no=no)
    return workbook_answer(content, f"open-documents-{as_of.isoformat()}.xlsx")


@signed_in
@require_GET
def proofs(request: HttpRequest) -> HttpResponse:
    """The proofs that ageing adds up, the newest first, and what the chosen one found."""
    actor, on = actor_of(request), business_day()
    found = list(confirmations.proofs(actor)[:PROOFS_SHOWN])
    number = request.GET.get("no", "")
    chosen = next((one for one in found if str(one.pk) == number), found[0] if found else None)
    everyone = actor.scope.reach == "everything"
    told = {
        "proofs": found,
        "chosen": chosen,
        "checks": [_check(one) for one in chosen.checks] if chosen and everyone else [],
        "differences": [
            {
                "row": one,
                "by": confirmations.DIMENSION_NAMES.get(one.by, ""),
                "shown": Money(one.shown_minor, one.currency),
                "facts": Money(one.facts_minor, one.currency),
                "off": Money(one.shown_minor - one.facts_minor, one.currency),
            }
            for one in (confirmations.proof_differences(actor, chosen, on=on) if chosen else [])
        ],
        "on": on,
        "may_prove": actor.may("confirmations.write") and everyone,
    }
    return render(request, "ageing/proofs.html", told)


def _check(told: dict[str, Any]) -> dict[str, Any]:
    return {
        "by": confirmations.DIMENSION_NAMES[told["by"]],
        "currency": told["currency"],
        "shown": Money(told["shown"], told["currency"]),
        "facts": Money(told["facts"], told["currency"]),
        "agrees": told["agrees"],
    }


@signed_in
@require_POST
def prove(request: HttpRequest) -> HttpResponse:
    """Prove the ageing of a day now."""
    on = business_day()
    as_of = min(_day(request.POST.get("as_of")) or on, on)
    proof = acts.prove_ageing(actor=actor_of(request), on=on, as_of=as_of)
    if proof.is_sound:
        messages.success(request, _("The ageing adds up, to the cent."))
    else:
        messages.error(request, _("The ageing does not add up; what differs is named below."))
    return redirect("ageing_proofs")


urlpatterns = [
    path("ageing/", ageing, name="ageing"),
    path("ageing/export/", export, name="export_ageing"),
    path("ageing/proofs/", proofs, name="ageing_proofs"),
    path("ageing/prove/", prove, name="prove_ageing"),
    path("ageing/documents/export/<path:no>/", export_documents, name="export_open_documents"),
    path("ageing/documents/<path:no>/", documents, name="open_documents"),
]
