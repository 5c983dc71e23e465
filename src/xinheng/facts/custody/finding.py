"""Which places, slips, loans, counts and incidents somebody sees."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from xinheng.base.access.services import require
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.facts.custody import errors
from xinheng.facts.custody.models import (
    Consultation,
    Difference,
    Grant,
    Incident,
    Loan,
    Lying,
    Place,
    Slip,
    SlipPaper,
    StockTake,
)
from xinheng.facts.custody.values import SLIP_STATES, WAY_WORDS, WantedLoans, Whereabouts
from xinheng.facts.dossiers import queries as dossiers

LOAN_SORTS = {"due": "due_at", "out": "out_at", "holder": "holder", "paper": "paper__label"}


def may_look(actor: Actor) -> None:
    """Let pass who may see custody, and who may only borrow and sees the own. Refuses: AccessDenied."""
    require(actor, "custody.read" if actor.may("custody.read") else "custody.borrow")


def places(actor: Actor, text: str = "") -> QuerySet[Place]:
    """Every open place in the order of the tree, `lies` in each. Refuses: AccessDenied."""
    require(actor, "custody.read")
    here = Lying.objects.filter(place=OuterRef("pk"), until__isnull=True).order_by().values("place")
    counted = Subquery(here.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    rows = Place.objects.filter(closed_on__isnull=True).select_related("unit", "parent")
    if text := text.strip():
        rows = rows.filter(Q(code__istartswith=text) | Q(name__icontains=text))
    return rows.annotate(lies=Coalesce(counted, 0)).order_by("path")


def place(actor: Actor, code: str) -> Place:
    """One place by its code. Refuses: AccessDenied, PlaceUnknown."""
    found = places(actor).filter(code=code.strip().upper()).first()
    if found is None:
        raise errors.PlaceUnknown(place=code[:40])
    return found


def contents(actor: Actor, place: Place, *, on: date) -> QuerySet[Lying]:
    """What lies at a place and inside it and may be seen, with paper and dossier."""
    rows = Lying.objects.filter(place__path__startswith=place.path, until__isnull=True)
    return _seen_lying(actor, rows, on=on).order_by("place__path", "-since")


def moves(actor: Actor, *, on: date, paper: Any = None, dossier: Any = None) -> list[Lying]:
    """Where a paper or a bag lay, the newest first; for callers that asked for it."""
    require(actor, "custody.read")
    rows = Lying.objects.filter(paper=paper) if paper else Lying.objects.filter(dossier=dossier)
    return list(_seen_lying(actor, rows, on=on)[:50])


def where(paper_ids: Collection[int], *, on: date) -> dict[int, Whereabouts]:
    """Where some papers are: their own place, else their dossier's bag; and who has them out.

    For callers that see the papers. A paper nobody placed or lent has no entry.
    """
    ids = list(paper_ids)
    own = Lying.objects.filter(paper__in=ids, until__isnull=True).select_related("place")
    found = {one.paper_id or 0: Whereabouts(one.place.code, one.place.name) for one in own}
    of = _dossiers_of(ids, on)
    bags = Lying.objects.filter(until__isnull=True, dossier__in=set(of.values())).select_related("place")
    in_bags = {one.dossier_id: Whereabouts(one.place.code, one.place.name, in_bag=True) for one in bags}
    for paper_id, dossier_id in of.items():
        if paper_id not in found and dossier_id in in_bags:
            found[paper_id] = in_bags[dossier_id]
    for loan in Loan.objects.filter(paper__in=ids, returned_at__isnull=True):
        there = found.get(loan.paper_id, Whereabouts("", ""))
        found[loan.paper_id] = Whereabouts(
            there.place, there.name, there.in_bag, loan.holder, loan.way, loan.due_at
        )
    return found


def find(actor: Actor, code: str, *, on: date) -> tuple[str, Any]:
    """What has a bar code: "paper", "dossier" or "place", and it. Refuses: AccessDenied, CodeUnknown."""
    require(actor, "custody.read", f"code:{code[:40]}")
    code = code.strip()
    rows = {
        "paper": dossiers.papers_visible(actor, on).filter(Q(label=code) | Q(number=code)),
        "dossier": dossiers.dossiers_visible(actor, on).filter(no=code),
        "place": places(actor).filter(code=code.upper()),
    }
    for what, found in rows.items():
        if code and (one := found.first()) is not None:
            return what, one
    raise errors.CodeUnknown(code=code[:40])


def slips(actor: Actor, *, on: date, state: str = "", text: str = "") -> QuerySet[Slip]:
    """The slips one wrote, and with custody.read those of dossiers one sees, the newest first."""
    may_look(actor)
    rows = Slip.objects.select_related("dossier", "reader_unit", "request")
    if not actor.may("custody.read"):
        rows = rows.filter(reader=actor.login)
    else:
        seen = dossiers.dossiers_visible(actor, on).order_by().values("pk")
        rows = rows.filter(Q(reader=actor.login) | Q(dossier__in=seen))
    if state in SLIP_STATES:
        rows = rows.filter(state=state)
    if text := text.strip():
        named = Q(dossier__no__istartswith=text) | Q(dossier__title__icontains=text)
        rows = rows.filter(named | Q(reader__icontains=text))
    return rows.order_by("-pk")


def slip(actor: Actor, slip_id: int, *, on: date) -> Slip:
    """One slip. Refuses: AccessDenied, SlipUnknown."""
    found = slips(actor, on=on).filter(pk=slip_id).first()
    if found is None:
        raise errors.SlipUnknown(slip=slip_id)
    return found


def papers_of(slip: Slip) -> list[Any]:
    """The papers that a slip asks for; for callers that asked for the slip."""
    return [row.paper for row in SlipPaper.objects.filter(slip=slip).select_related("paper").order_by("pk")]


def loans(actor: Actor, wanted: WantedLoans, *, on: date, at: datetime) -> QuerySet[Loan]:
    """The loans one has, and of dossiers one sees where one may see custody, that pass the filters."""
    may_look(actor)
    rows = Loan.objects.select_related("paper__dossier", "slip")
    if actor.may("custody.read"):
        seen = dossiers.dossiers_visible(actor, on).order_by().values("pk")
        rows = rows.filter(Q(holder=actor.login) | Q(paper__dossier__in=seen))
    else:
        rows = rows.filter(holder=actor.login)
    if wanted.holder:
        rows = rows.filter(holder=wanted.holder)
    if wanted.out or wanted.overdue:
        rows = rows.filter(returned_at__isnull=True)
    if wanted.overdue:
        rows = rows.filter(due_at__lt=at)
    if wanted.way in WAY_WORDS:
        rows = rows.filter(way=wanted.way)
    if text := wanted.text.strip():
        named = Q(paper__label__istartswith=text) | Q(paper__title__icontains=text)
        rows = rows.filter(named | Q(holder__icontains=text) | Q(paper__dossier__no__istartswith=text))
    key = LOAN_SORTS.get(wanted.sort.removeprefix("-"), "due_at")
    return rows.order_by(f"-{key}" if wanted.sort.startswith("-") else key, "-pk")


def loan(actor: Actor, loan_id: int, *, on: date, at: datetime) -> Loan:
    """One loan. Refuses: AccessDenied, LoanUnknown."""
    found = loans(actor, WantedLoans(), on=on, at=at).filter(pk=loan_id).first()
    if found is None:
        raise errors.LoanUnknown(loan=loan_id)
    return found


def stock_takes(actor: Actor) -> QuerySet[StockTake]:
    """Every stock-take, the newest first. Refuses: AccessDenied."""
    require(actor, "custody.read")
    return StockTake.objects.select_related("place").order_by("-pk")


def stock_take(actor: Actor, stock_take_id: int) -> StockTake:
    """One stock-take. Refuses: AccessDenied, StockTakeUnknown."""
    found = stock_takes(actor).filter(pk=stock_take_id).first()
    if found is None:
        raise errors.StockTakeUnknown(stock_take=stock_take_id)
    return found


def differences(actor: Actor, kept: StockTake, *, on: date) -> QuerySet[Difference]:
    """The differences of a closed stock-take about what one may see, unsettled ones first."""
    rows = Difference.objects.filter(stock_take=kept).select_related(
        "paper", "dossier", "registered", "found"
    )
    papers = dossiers.papers_visible(actor, on).order_by().values("pk")
    bags = dossiers.dossiers_visible(actor, on).order_by().values("pk")
    seen = Q(paper__in=papers) | Q(dossier__in=bags) | Q(paper__isnull=True, dossier__isnull=True)
    return rows.filter(seen).order_by("settled_on", "kind", "code")


def incidents(actor: Actor, *, on: date, is_open: bool | None = None) -> QuerySet[Incident]:
    """Incidents of dossiers one sees, the newest first. Refuses: AccessDenied."""
    require(actor, "custody.read")
    seen = dossiers.dossiers_visible(actor, on).order_by().values("pk")
    rows = Incident.objects.filter(dossier__in=seen).select_related("dossier", "paper")
    if is_open is not None:
        rows = rows.filter(closed_on__isnull=is_open)
    return rows.order_by("-told_on", "-pk")


def incident(actor: Actor, incident_id: int, *, on: date) -> Incident:
    """One incident. Refuses: AccessDenied, IncidentUnknown."""
    found = incidents(actor, on=on).filter(pk=incident_id).first()
    if found is None:
        raise errors.IncidentUnknown(incident=incident_id)
    return found


def consultations(actor: Actor, *, on: date, dossier: Any = None, text: str = "") -> QuerySet[Consultation]:
    """Who looked into which file, the newest first: oneself, and with custody.read all in files one sees."""
    may_look(actor)
    rows = Consultation.objects.select_related("dossier")
    if actor.may("custody.read"):
        rows = rows.filter(dossier__in=dossiers.dossiers_visible(actor, on).order_by().values("pk"))
    else:
        rows = rows.filter(login=actor.login)
    if dossier is not None:
        rows = rows.filter(dossier=dossier)
    if text := text.strip():
        rows = rows.filter(
            Q(dossier__no__istartswith=text) | Q(login__icontains=text) | Q(purpose__icontains=text)
        )
    return rows.order_by("-at", "-pk")


def grants(actor: Actor) -> QuerySet[Grant]:
    """The grants one has or gave; all where one keeps the archive, the newest first."""
    may_look(actor)
    rows = Grant.objects.select_related("dossier").order_by("-pk")
    if actor.may("custody.write") or actor.scope.reach == "everything":
        return rows
    return rows.filter(Q(login=actor.login) | Q(given_by=actor.login))


def _seen_lying(actor: Actor, rows: QuerySet[Lying], *, on: date) -> QuerySet[Lying]:
    papers = dossiers.papers_visible(actor, on).order_by().values("pk")
    bags = dossiers.dossiers_visible(actor, on).order_by().values("pk")
    return rows.select_related("place", "paper", "dossier").filter(Q(paper__in=papers) | Q(dossier__in=bags))


def _dossiers_of(paper_ids: list[int], on: date) -> dict[int, int]:
    rows = dossiers.papers_visible(system_actor(), on).filter(pk__in=paper_ids)
    return dict(rows.order_by().values_list("pk", "dossier_id"))
