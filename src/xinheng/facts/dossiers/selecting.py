"""Which dossiers and papers somebody sees: within reach, and no graver than the clearance."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from xinheng.base.access.services import require
from xinheng.base.kernel.actors import Actor
from xinheng.base.secrecy import services as secrecy
from xinheng.facts.customers import queries as customers
from xinheng.facts.dossiers import policy
from xinheng.facts.dossiers.errors import DossierUnknown, PaperUnknown
from xinheng.facts.dossiers.models import Dossier, Paper
from xinheng.facts.dossiers.values import Kind


def dossiers_visible(actor: Actor, on: date) -> QuerySet[Dossier]:
    """The dossiers an actor reaches and is cleared for on a day, by number.

    Who reaches the customer reaches its file; a file of no customer is its unit's; custodian and opener
    see their own. Refuses: AccessDenied.
    """
    require(actor, "dossiers.read")
    return Dossier.objects.filter(_reached(actor, on), secrecy__in=secrecy.visible_grades(actor, on))


def papers_visible(actor: Actor, on: date) -> QuerySet[Paper]:
    """The papers an actor reaches and is cleared for, dossier and paper alike. Refuses: AccessDenied."""
    require(actor, "dossiers.read")
    grades = secrecy.visible_grades(actor, on)
    rows = Paper.objects.filter(secrecy__in=grades)
    if actor.scope.reach == "everything":
        return rows.filter(dossier__secrecy__in=grades)
    return rows.filter(dossier__in=dossiers_visible(actor, on).order_by().values("pk"))


def get_dossier(actor: Actor, no: str, *, on: date) -> Dossier:
    """One dossier by its number. Refuses: AccessDenied; DossierUnknown, also where it is hidden."""
    require(actor, "dossiers.read", f"dossier:{no[:40]}")
    found = Dossier.objects.select_related("customer", "unit").filter(_reached(actor, on), no=no).first()
    if found is None:
        raise DossierUnknown(dossier=no[:40])
    unknown = DossierUnknown(dossier=no[:40])
    secrecy.require_visible(actor, found.secrecy, on, f"dossier:{found.no}", unknown)
    return found


def get_paper(actor: Actor, label: str, *, on: date) -> Paper:
    """One paper by its label, with dossier and document. Refuses: AccessDenied; PaperUnknown, also hidden."""
    require(actor, "dossiers.read", f"paper:{label[:24]}")
    rows = Paper.objects.select_related("dossier__customer", "dossier__unit", "document")
    found = rows.filter(dossier__in=_in_reach(actor, on), label=label).first()
    if found is None:
        raise PaperUnknown(paper=label[:24])
    grade = secrecy.highest((found.secrecy, found.dossier.secrecy), on)
    unknown = PaperUnknown(paper=label[:24])
    secrecy.require_visible(actor, grade, on, f"paper:{found.label}", unknown)
    return found


def dossier_of(actor: Actor, on: date, kind: str, subject: str) -> Dossier | None:
    """The dossier of a kind about a subject, the last opened where there are several; None: none is seen."""
    rows = dossiers_visible(actor, on).filter(kind=kind, subject=subject)
    return rows.select_related("customer", "unit").order_by("-pk").first()


def line_name(told: str, on: date) -> str:
    """A line of a checklist told as "kind.line", by its name on a day; what there is none of stays a code."""
    kind, _dot, code = told.partition(".")
    named = policy.kinds(on).get(kind)
    line = named.line(code) if named else None
    return line.words if line else told


def kinds(on: date) -> dict[str, Kind]:
    """Every kind of dossier of a day by its code."""
    return policy.kinds(on)


def kind_of(dossier: Dossier, on: date) -> Kind:
    """The kind of a dossier as it is on a day. Refuses: DossierKindUnknown."""
    return policy.kind(dossier.kind, on)


def _in_reach(actor: Actor, on: date) -> QuerySet[Dossier, int]:
    return Dossier.objects.filter(_reached(actor, on)).order_by().values_list("pk", flat=True)


def _reached(actor: Actor, on: date) -> Q:
    scope = actor.scope
    if scope.reach == "everything":
        return Q()
    own = Q(custodian=actor.login) | Q(opened_by=actor.login)
    if actor.may("customers.read"):
        own |= Q(customer__in=customers.visible(actor, on=on).order_by().values("pk"))
    if scope.reach == "unit":
        for path in scope.unit_paths:
            own |= Q(customer=None, unit__path__startswith=path)
    return own
