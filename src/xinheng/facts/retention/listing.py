"""Lists of destruction: drawn up by chain of approval, submitted, approved or turned down."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.approvals import services as approvals
from xinheng.base.approvals.values import Chain, Matter, Step, Title
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.facts.custody import queries as custody
from xinheng.facts.dossiers import queries as dossiers
from xinheng.facts.retention import errors, holding, rules, schedule
from xinheng.facts.retention.models import Appraisal, Destruction, Kept, Line
from xinheng.facts.retention.values import DestructionChain

APPROVAL = "destruction"  # the kind of request
MOST = 2_000  # papers of one list
ENDED = {"rejected": "rejected", "withdrawn": "withdrawn"}


@transaction.atomic
def draw_up(
    *, actor: Actor, on: date, reasons: Mapping[str, str], title: str, appraisal: Appraisal | None = None
) -> list[Destruction]:
    """Draw up lists of papers by their labels with the reason of each: one list for each chain of approval.

    A mixed choice is split, so that ordinary papers and secret ones are approved apart (LAR-18).
    Refuses: AccessDenied, ReasonMissing, KeptPaperUnknown, NotDueYet, KeptForEver, TermNotBegun, HeldBack,
    OnLoan, RegisterKept.
    """
    access.require(actor, "retention.write", "destructions")
    asked = {label.strip(): why.strip() for label, why in reasons.items() if label.strip()}
    if not title.strip() or not asked or not all(asked.values()):
        raise errors.ReasonMissing(field="reason")
    visible = set(dossiers.papers_visible(actor, on).filter(label__in=asked).values_list("label", flat=True))
    kept = {one.paper.label: one for one in kept_named(asked)}
    for label in sorted(asked):
        if label not in visible:
            raise errors.KeptPaperUnknown(label=label)
        require_due(kept.get(label), label, on)
    require_free([kept[label] for label in asked], on)
    _require_unlisted(list(kept.values()))
    schedules = schedule.in_force(on)
    split: dict[str, list[Kept]] = {}
    for label in sorted(asked, key=lambda label: (kept[label].paper.number, label)):
        one = kept[label]
        chain = schedules.chain_of(one.paper.dossier.kind, one.paper.secrecy)
        split.setdefault(chain.code, []).append(one)
    drawn = []
    for code, rows in sorted(split.items()):
        of_chain = _new(actor, on, code, title, appraisal)
        Line.objects.bulk_create(
            _line(of_chain, place, one, asked[one.paper.label]) for place, one in enumerate(rows, start=1)
        )
        after = {"chain": code, "papers": [one.paper.label for one in rows][:50], "count": len(rows)}
        told(actor, on, "draw_up", of_chain, after=after, reason=title)
        drawn.append(of_chain)
    return drawn


def _require_unlisted(kept: Sequence[Kept]) -> None:
    twice = Line.objects.filter(paper__in=[one.paper_id for one in kept], is_open=True).first()
    if twice is not None:
        raise errors.ListState(no=twice.label, state=_("it stands on another open list"))


def _new(actor: Actor, on: date, chain: str, title: str, appraisal: Appraisal | None) -> Destruction:
    drawn = Destruction.objects.create(
        no=f"new-{uuid4().hex[:12]}", chain=chain, appraisal=appraisal, reason=title.strip()[:300],
        drawn_by=actor.login, drawn_on=on,
    )  # fmt: skip
    drawn.no = f"XH{on.year}-{drawn.pk:05}"
    drawn.save(update_fields=["no"])
    return drawn


def _line(drawn: Destruction, place: int, kept: Kept, reason: str) -> Line:
    paper: Any = kept.paper
    assert kept.ends_on is not None, "what is due has a last day"
    return Line(
        destruction=drawn, position=place, paper=paper, label=paper.label, number=paper.number,
        title=paper.title, dossier_no=paper.dossier.no, responsible=paper.kept_by, formed_on=paper.formed_on,
        term=kept.term, ends_on=kept.ends_on, secrecy=paper.secrecy, pages=paper.pages,
        has_original=paper.has_original, sha256=paper.document.sha256 if paper.document else "",
        reason=reason[:300],
    )  # fmt: skip


@transaction.atomic
def submit(*, actor: Actor, on: date, no: str) -> Destruction:
    """Send a list through its chain of approval. Refuses: AccessDenied, ListUnknown, ListState, ListEmpty,
    whatever keeps a paper from destruction, and what approvals refuse."""
    access.require(actor, "retention.write", f"destruction:{no[:20]}")
    drawn = locked(no, "draft")
    rows = lines(drawn)
    if not rows:
        raise errors.ListEmpty(no=drawn.no)
    recheck(rows, on)
    chain = chain_of(drawn, on)
    titles = Title(
        f"销毁清册 {drawn.no}（{len(rows)} 件）", f"Destruction list {drawn.no} ({len(rows)} papers)"
    )
    steps = tuple(Step(one.code, one.zh, one.en, one.roles) for one in chain.steps)
    request = approvals.submit(
        actor=actor, on=on, kind=APPROVAL, subject=f"destruction:{drawn.no}", title=titles, chain=Chain(steps)
    )
    drawn.state, drawn.request_id = "submitted", request.pk
    drawn.save(update_fields=["state", "request_id"])
    told(actor, on, "submit", drawn, after={"request": request.pk, "papers": len(rows)})
    return drawn


@transaction.atomic
def strike(*, actor: Actor, on: date, no: str, label: str, reason: str) -> Destruction:
    """Take one paper off a list that was not submitted. Refuses: AccessDenied, ListUnknown, ListState,
    NotOnList, ReasonMissing."""
    access.require(actor, "retention.write", f"destruction:{no[:20]}")
    drawn = locked(no, "draft")
    if not reason.strip():
        raise errors.ReasonMissing(field="reason")
    found = Line.objects.filter(destruction=drawn, label=label.strip()).first()
    if found is None:
        raise errors.NotOnList(label=label.strip()[:24], no=drawn.no)
    found.delete()
    told(actor, on, "strike", drawn, after={"paper": found.label}, reason=reason)
    return drawn


def follow(actor: Actor, on: date, matter: Matter) -> None:
    """A request about a list ended, was returned or submitted again."""
    drawn = Destruction.objects.select_for_update().get(request_id=matter.id)
    if matter.state == "approved":
        drawn.state, drawn.approved_on, drawn.approved_by = "approved", on, matter.by
    elif matter.state in ENDED:
        drawn.state, drawn.ended_why = ENDED[matter.state], matter.reason[:1000]
        Line.objects.filter(destruction=drawn).update(is_open=False)
    else:
        drawn.state = "submitted"
    drawn.save(update_fields=["state", "approved_on", "approved_by", "ended_why"])
    told(actor, on, "follow", drawn, after={"state": drawn.state}, reason=matter.reason)


def before_decision(_actor: Actor, on: date, matter: Matter) -> None:
    """Nobody approves what a hold keeps, whenever it was placed. Refuses: HeldBack, OnLoan."""
    if matter.verdict == "approve":
        recheck(lines(Destruction.objects.get(request_id=matter.id)), on)


def recheck(rows: Sequence[Line], on: date) -> None:
    """Whether every paper of a list may still be destroyed. Refuses as draw_up does."""
    kept = {one.paper_id: one for one in kept_named([row.label for row in rows])}
    for row in rows:
        require_due(kept.get(row.paper_id), row.label, on)
    require_free(list(kept.values()), on)


def require_due(kept: Kept | None, label: str, on: date) -> None:
    """Refuses: TermNotBegun, KeptForEver, NotDueYet."""
    if kept is None:
        raise errors.TermNotBegun(label=label, basis=_("filing"))
    if kept.is_permanent:
        raise errors.KeptForEver(label=label)
    if kept.ends_on is None:
        raise errors.TermNotBegun(label=label, basis=basis_word(kept.basis))
    if not rules.may_be_destroyed(kept.ends_on, on):
        raise errors.NotDueYet(label=label, ends_on=kept.ends_on)


def require_free(kept: Sequence[Kept], on: date) -> None:
    """Refuses: HeldBack, OnLoan."""
    ids = [one.paper_id for one in kept]
    held, out = holding.held_subjects(ids, on), custody.is_out(ids)
    for one in kept:
        if causes := held.get(one.paper_id):
            raise errors.HeldBack(label=one.paper.label, causes="; ".join(cause.words for cause in causes))
        if one.paper_id in out:
            raise errors.OnLoan(label=one.paper.label)


def basis_word(basis: str) -> str:
    """What a term counts from, in the reader's language."""
    return {
        "formation": _("the day of the paper"),
        "filing": _("the day of filing"),
        "closing": _("the closing of the dossier"),
        "contract_end": _("the end of the contract"),
    }[basis]


def kept_named(labels: Collection[str]) -> Any:
    """The fixed terms of papers by their labels, with paper, dossier and document."""
    rows = Kept.objects.filter(paper__label__in=list(labels)).exclude(paper__state="destroyed")
    return rows.select_related("paper__dossier", "paper__document")


def lines(drawn: Destruction) -> list[Line]:
    """The papers of a list in their order."""
    return list(Line.objects.filter(destruction=drawn).order_by("position"))


def chain_of(drawn: Destruction, on: date) -> DestructionChain:
    """Who approves a list, as the schedule of the day says."""
    schedules = schedule.in_force(on)
    chains = [chain for document in schedules.documents for chain in document.chains]
    return next((one for one in chains if one.code == drawn.chain), schedules.general.chains[-1])


def locked(no: str, *states: str) -> Destruction:
    """A list for an act, in one of the states. Refuses: ListUnknown, ListState."""
    found = Destruction.objects.select_for_update().filter(no=no.strip()).first()
    if found is None:
        raise errors.ListUnknown(no=no[:20])
    if states and found.state not in states:
        raise errors.ListState(no=found.no, state=state_word(found.state))
    return found


def state_word(state: str) -> str:
    """Where a list stands, in the reader's language."""
    return {
        "draft": _("being drawn up"),
        "submitted": _("waiting for approval"),
        "approved": _("approved for destruction"),
        "destroyed": _("destroyed"),
        "rejected": _("rejected"),
        "withdrawn": _("withdrawn"),
    }[state]


def told(
    actor: Actor, on: date, act: str, drawn: Destruction, *, after: dict[str, Any], reason: str = ""
) -> None:
    """Write an act on a list down on the trail."""
    subject = f"destruction:{drawn.no}"
    audit.record(actor=actor, act=f"retention.{act}", subject=subject, on=on, after=after, reason=reason)
