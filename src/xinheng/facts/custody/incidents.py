"""Papers lost, leaked, damaged or misused: who held them, who answers, what was done."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import queries as people
from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.clock import at_site
from xinheng.facts.custody import errors, policy
from xinheng.facts.custody.models import HandoverLine, Incident, Loan, Signature
from xinheng.facts.custody.values import Holder, NewIncident
from xinheng.facts.dossiers import queries as dossiers


@transaction.atomic
def report_incident(*, actor: Actor, on: date, new: NewIncident) -> Incident:
    """Tell of a loss, leak, damage or misuse; the chain of holders is kept as the register says now (CTR-11).

    Refuses: AccessDenied, DossierUnknown, PaperUnknown, CustodyInvalid (kind, words, day), PersonUnknown.
    """
    require(actor, "custody.borrow", f"dossier:{new.dossier_no[:40]}")
    if new.kind not in {one.code for one in policy.general(on).incidents}:
        raise errors.CustodyInvalid(cause=_("There is no such kind of incident."), field="kind")
    if not new.what.strip() or len(new.what) > 500:
        raise errors.CustodyInvalid(cause=_("Say what happened."), field="what")
    if new.happened_on > on:
        raise errors.CustodyInvalid(cause=_("That day is to come."), field="happened_on")
    if new.responsible.strip():
        people.person_by_login(new.responsible)
    dossier = dossiers.get_dossier(actor, new.dossier_no, on=on)
    paper = dossiers.get_paper(actor, new.label, on=on) if new.label.strip() else None
    if paper is not None and paper.dossier_id != dossier.pk:
        raise errors.CustodyInvalid(cause=_("The paper is of another dossier."), field="label")
    return note_incident(
        actor, on, kind=new.kind, paper=paper, dossier=dossier, what=new.what.strip(),
        happened_on=new.happened_on, responsible=new.responsible.strip(), pieces=new.pieces,
    )  # fmt: skip


def note_incident(actor: Actor, on: date, *, dossier: Any, paper: Any, **told: Any) -> Incident:
    """Write an incident down with the chain of who held the paper."""
    chain = [
        {"login": one.login, "how": one.how, "since": one.since.isoformat(),
         "until": one.until.isoformat() if one.until else ""}
        for one in (holders_of(paper) if paper is not None else [])
    ]  # fmt: skip
    kept = Incident.objects.create(
        dossier=dossier, paper=paper, chain=chain, told_on=on, told_by=actor.login, **told
    )
    after = {"incident": kept.pk, "kind": kept.kind, "responsible": kept.responsible}
    subject = f"paper:{paper.label}" if paper is not None else f"dossier:{dossier.no}"
    record(actor=actor, act="custody.report_incident", subject=subject, on=on, after=after, reason=kept.what)
    return kept


@transaction.atomic
def close_incident(*, actor: Actor, on: date, incident_id: int, responsible: str, measures: str) -> Incident:
    """Say who answers for it and what was done, and close it.

    Refuses: AccessDenied, IncidentUnknown, CustodyInvalid, PersonUnknown.
    """
    require(actor, "custody.write", f"incident:{incident_id}")
    seen = dossiers.dossiers_visible(actor, on).order_by().values("pk")
    rows = Incident.objects.select_for_update(of=("self",)).select_related("dossier")
    kept = rows.filter(pk=incident_id, dossier__in=seen).first()
    if kept is None:
        raise errors.IncidentUnknown(incident=incident_id)
    if kept.closed_on:
        raise errors.CustodyInvalid(cause=_("It was closed on %(on)s.") % {"on": kept.closed_on}, field="")
    if not measures.strip() or len(measures) > 500:
        raise errors.CustodyInvalid(cause=_("Say what was done."), field="measures")
    who = people.person_by_login(responsible).login if responsible.strip() else ""
    kept.responsible, kept.measures, kept.closed_on, kept.closed_by = who, measures.strip(), on, actor.login
    kept.save()
    after = {"incident": kept.pk, "responsible": who}
    subject = f"dossier:{kept.dossier.no}"
    record(
        actor=actor, act="custody.close_incident", subject=subject, on=on, after=after, reason=kept.measures
    )
    return kept


def holders_of(paper: Any) -> list[Holder]:
    """Everybody who had a paper, the first first: who brought it, who signed for it, who borrowed it."""
    zone = at_site(datetime.fromisoformat("2000-01-01T00:00:00+00:00")).tzinfo
    came = datetime.combine(paper.received_on, time(0), tzinfo=zone)
    moves = [(came, paper.kept_by, "kept")]
    handed = HandoverLine.objects.filter(paper=paper, is_missing=False).values("handover_id")
    signed = Signature.objects.filter(handover__in=handed, side="receiver").select_related("handover")
    moves += [(one.at, one.login, "handover") for one in signed if one.round == one.handover.round]
    moves.sort(key=lambda move: move[0])
    keeping = [
        Holder(login, how, since, moves[place + 1][0] if place + 1 < len(moves) else None)
        for place, (since, login, how) in enumerate(moves)
    ]
    lent = Loan.objects.filter(paper=paper).exclude(way="copy")
    out = [Holder(one.holder, one.way, one.out_at, one.returned_at) for one in lent]
    return sorted(keeping + out, key=lambda holder: holder.since)
