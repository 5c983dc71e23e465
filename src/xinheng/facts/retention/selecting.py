"""Questions to retention: terms and what is over, holds, appraisals, lists and the register."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.dues import Due
from xinheng.base.kernel.periods import add_months, quarter_of
from xinheng.facts.custody import queries as custody
from xinheng.facts.dossiers import queries as dossiers
from xinheng.facts.retention import errors, holding, schedule
from xinheng.facts.retention.appraising import candidates
from xinheng.facts.retention.models import Appraisal, Destruction, Hold, Kept, Line, Registered, Supervisor
from xinheng.facts.retention.values import Schedules, TallyLine, Term, Wanted

COMING_MONTHS = 12
SORTS = {
    "ends": "ends_on", "label": "paper__label", "number": "paper__number", "title": "paper__title",
    "formed": "paper__formed_on",
}  # fmt: skip


def terms(on: date) -> dict[str, Term]:
    """Every term of the day by its code."""
    return schedule.in_force(on).terms


def schedules(on: date) -> Schedules:
    """The schedules of the day together."""
    return schedule.in_force(on)


def kept_papers(actor: Actor, wanted: Wanted, *, on: date) -> QuerySet[Kept]:
    """The filed papers within reach and clearance by what became of their terms. Refuses: AccessDenied."""
    access.require(actor, "retention.read")
    rows = Kept.objects.filter(paper__in=_seen(actor, on)).exclude(paper__state="destroyed")
    rows = rows.filter(_state(wanted.state, on))
    for column, told in (
        ("paper__dossier__kind", wanted.kind), ("term", wanted.term), ("paper__secrecy", wanted.secrecy),
        ("paper__dossier__unit__code", wanted.unit),
    ):  # fmt: skip
        if told:
            rows = rows.filter(**{column: told})
    if text := wanted.text.strip():
        rows = rows.filter(
            Q(paper__title__icontains=text) | Q(paper__number__icontains=text) | Q(paper__label=text)
            | Q(paper__dossier__no=text) | Q(paper__dossier__title__icontains=text)
        )  # fmt: skip
    by = F(SORTS.get(wanted.sort.removeprefix("-"), "ends_on"))
    order = by.desc(nulls_last=True) if wanted.sort.startswith("-") else by.asc(nulls_last=True)
    rows = rows.select_related("paper__dossier__customer", "paper__dossier__unit")
    return rows.order_by(order, "pk")


def counts(actor: Actor, *, on: date) -> dict[str, int]:
    """How many papers within reach stand where. Refuses: AccessDenied."""
    states = ("due", "coming", "open", "permanent", "kept")
    told = {state: Count("pk", filter=_state(state, on)) for state in states}
    rows = kept_papers(actor, Wanted(state=""), on=on).order_by()
    return dict(rows.aggregate(**told))


def kept_of(paper_id: int) -> Kept | None:
    """The term of one paper as it was fixed; None: it was not filed yet."""
    return Kept.objects.filter(paper=paper_id).first()


def holds(actor: Actor, *, running: bool = True) -> QuerySet[Hold]:
    """Holds that somebody placed, the newest first. Refuses: AccessDenied."""
    access.require(actor, "retention.read")
    return Hold.objects.filter(released_on__isnull=True) if running else Hold.objects.all()


def appraisals(actor: Actor) -> QuerySet[Appraisal]:
    """Appraisals, the newest first. Refuses: AccessDenied."""
    access.require(actor, "retention.read")
    return Appraisal.objects.all()


def appraisal(actor: Actor, appraisal_id: int, *, on: date) -> tuple[Appraisal, list[Any]]:
    """One appraisal with those of its papers the actor may see. Refuses: AccessDenied, AppraisalUnknown."""
    access.require(actor, "retention.read", f"appraisal:{appraisal_id}")
    found = Appraisal.objects.filter(pk=appraisal_id).first()
    if found is None:
        raise errors.AppraisalUnknown(no=appraisal_id)
    return found, list(candidates(appraisal_id).filter(paper__in=_seen(actor, on)))


def destructions(actor: Actor, *, on: date, state: str = "", text: str = "") -> QuerySet[Destruction]:
    """Lists of destruction with a paper the actor may see, the newest first. Refuses: AccessDenied."""
    access.require(actor, "retention.read")
    seen = Line.objects.filter(paper__in=_seen(actor, on)).order_by().values("destruction_id")
    rows = Destruction.objects.filter(pk__in=seen)
    if state:
        rows = rows.filter(state=state)
    if text.strip():
        rows = rows.filter(Q(no__icontains=text.strip()) | Q(reason__icontains=text.strip()))
    return rows.order_by("-pk")


def destruction(actor: Actor, no: str, *, on: date) -> Destruction:
    """One list of which the actor may see a paper, or one that the actor watches. Refuses: AccessDenied,
    ListUnknown."""
    watches = Supervisor.objects.filter(destruction__no=no, login=actor.login).exists()
    access.require(actor, "dossiers.read" if watches else "retention.read", f"destruction:{no[:20]}")
    rows = Destruction.objects.all() if watches else destructions(actor, on=on)
    found = rows.select_related("certificate").filter(no=no).first()
    if found is None:
        raise errors.ListUnknown(no=no[:20])
    return found


def lines_of(actor: Actor, drawn: Destruction, *, on: date) -> QuerySet[Line]:
    """The papers of a list within reach and clearance, in their order; all for who watches it."""
    rows = Line.objects.filter(destruction=drawn).order_by("position")
    if Supervisor.objects.filter(destruction=drawn, login=actor.login).exists():
        return rows
    return rows.filter(paper__in=_seen(actor, on))


def tally(actor: Actor, drawn: Destruction, *, on: date) -> list[TallyLine]:
    """The papers of a list with what keeps each from being destroyed now."""
    rows = list(lines_of(actor, drawn, on=on))
    if drawn.state in ("destroyed", "rejected", "withdrawn"):
        return [TallyLine(row) for row in rows]
    ids = [row.paper_id for row in rows]
    held, out = holding.held_subjects(ids, on), custody.is_out(ids)
    return [TallyLine(row, tuple(held.get(row.paper_id, ())), row.paper_id in out) for row in rows]


def registered(actor: Actor, *, on: date, text: str = "") -> QuerySet[Registered]:
    """What was destroyed, within reach and clearance, the newest first. Refuses: AccessDenied."""
    access.require(actor, "retention.read")
    rows = Registered.objects.filter(line__paper__in=_seen(actor, on))
    if text := text.strip():
        rows = rows.filter(
            Q(line__number__icontains=text) | Q(line__title__icontains=text) | Q(line__label=text)
            | Q(line__destruction__no=text)
        )  # fmt: skip
    return rows.select_related("line__destruction").order_by("-serial")


def _seen(actor: Actor, on: date) -> Any:
    return dossiers.papers_visible(actor, on).order_by().values("pk")


def dues(actor: Actor, *, since: date, until: date) -> list[Due]:
    """What retention waits for: candidates gone through by the end of each quarter, lists to be destroyed.

    Refuses: AccessDenied.
    """
    access.require(actor, "retention.read")
    found = []
    day = quarter_of(since).last
    while day <= until:
        first = quarter_of(day).first
        opened = Appraisal.objects.filter(opened_on__range=(first, day)).order_by("opened_on").first()
        over = Kept.objects.filter(ends_on__lt=first).exclude(paper__state="destroyed")
        if opened or over.exists():
            words = _("Go through papers whose term is over")
            done = opened.opened_on if opened else None
            found.append(
                Due("retention.clean_up", f"quarter:{day:%Y-%m}", words, day, done_on=done, is_assumed=True)
            )
        day = quarter_of(add_months(day, 3)).last
    return found


def _state(state: str, on: date) -> Q:
    coming = add_months(on, COMING_MONTHS)
    return {
        "due": Q(ends_on__lt=on),
        "coming": Q(ends_on__gte=on, ends_on__lte=coming),
        "kept": Q(ends_on__gt=coming),
        "open": Q(ends_on__isnull=True, is_permanent=False),
        "permanent": Q(is_permanent=True),
    }.get(state, Q())


def state_of(kept: Kept, on: date) -> str:
    """Where the term of a paper stands: due, coming, kept, open (not begun) or permanent."""
    if kept.is_permanent:
        return "permanent"
    if kept.ends_on is None:
        return "open"
    if kept.ends_on < on:
        return "due"
    return "coming" if kept.ends_on <= add_months(on, COMING_MONTHS) else "kept"
