"""Appraisal: a group says of each paper whose term is over whether it is kept longer or destroyed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.facts.dossiers import queries as dossiers
from xinheng.facts.retention import fixing, listing, rules, schedule
from xinheng.facts.retention.errors import (
    AppraisalInvalid,
    AppraisalUnknown,
    KeptPaperUnknown,
    ReasonMissing,
)
from xinheng.facts.retention.models import Appraisal, Candidate, Destruction, Kept
from xinheng.facts.retention.values import VERDICTS, Opinion

MOST = 2_000  # papers of one appraisal
FEWEST = 2  # members of a group


@transaction.atomic
def open_appraisal(
    *, actor: Actor, on: date, title: str, members: Sequence[str], labels: Collection[str]
) -> Appraisal:
    """Put papers whose term is over before a group of at least two people.

    Refuses: AccessDenied, AppraisalInvalid, KeptPaperUnknown, PersonUnknown, NotDueYet and its like.
    """
    access.require(actor, "retention.write", "appraisals")
    group = sorted({people.person_by_login(login).login for login in members if login.strip()})
    asked = {label.strip() for label in labels if label.strip()}
    if not title.strip():
        raise AppraisalInvalid(cause=_("Say which papers the appraisal is about."), field="title")
    if len(group) < FEWEST:
        raise AppraisalInvalid(cause=_("A group has at least two members."), field="members")
    if not 0 < len(asked) <= MOST:
        told = {"most": MOST}
        raise AppraisalInvalid(cause=_("Choose between 1 and %(most)s papers.") % told, field="labels")
    kept = {one.paper.label: one for one in listing.kept_named(asked)}
    visible = set(dossiers.papers_visible(actor, on).filter(label__in=asked).values_list("label", flat=True))
    for label in sorted(asked):
        if label not in visible:
            raise KeptPaperUnknown(label=label)
        listing.require_due(kept.get(label), label, on)
    appraisal = Appraisal.objects.create(
        title=title.strip()[:200], members=group, opened_by=actor.login, opened_on=on
    )
    Candidate.objects.bulk_create(
        Candidate(appraisal=appraisal, paper_id=kept[label].paper_id) for label in sorted(asked)
    )
    _told(actor, on, "open_appraisal", appraisal, after={"members": group, "papers": len(asked)})
    return appraisal


@transaction.atomic
def give_opinions(
    *, actor: Actor, on: date, appraisal_id: int, opinions: Sequence[Opinion]
) -> list[Candidate]:
    """What the group thinks of papers, told by one of its members; telling it again replaces it.

    Refuses: AccessDenied, AppraisalUnknown, AppraisalInvalid, ReasonMissing, KeptPaperUnknown, TermUnknown.
    """
    access.require(actor, "retention.read", f"appraisal:{appraisal_id}")
    appraisal = _open(appraisal_id)
    if actor.login not in appraisal.members:
        raise AppraisalInvalid(cause=_("Only a member of the group gives its opinion."))
    rows = {one.paper.label: one for one in candidates(appraisal_id)}
    told = []
    for one in opinions:
        row = rows.get(one.label.strip())
        if row is None:
            raise KeptPaperUnknown(label=one.label.strip()[:24])
        _check(one, on)
        row.verdict, row.reason = one.verdict, one.reason.strip()[:300]
        row.term = one.term if one.verdict == "keep" else ""
        row.told_by, row.told_on = actor.login, on
        told.append(row)
    Candidate.objects.bulk_update(told, ["verdict", "reason", "term", "told_by", "told_on"])
    after = {row.paper.label: f"{row.verdict} {row.term}".strip() for row in told}
    _told(actor, on, "appraise", appraisal, after=after)
    return told


@transaction.atomic
def close_appraisal(*, actor: Actor, on: date, appraisal_id: int) -> list[Destruction]:
    """End an appraisal: what is kept stays longer, the rest goes on lists, one a chain of approval.

    Refuses: AccessDenied, AppraisalUnknown, AppraisalInvalid where a paper has no opinion, and as drawing up
    a list does.
    """
    access.require(actor, "retention.write", f"appraisal:{appraisal_id}")
    appraisal = _open(appraisal_id)
    rows = list(candidates(appraisal_id))
    bare = [row.paper.label for row in rows if not row.verdict]
    if bare:
        told = {"count": len(bare), "first": bare[0]}
        raise AppraisalInvalid(cause=_("%(count)s papers have no opinion yet, as %(first)s.") % told)
    kept = {one.paper_id: one for one in Kept.objects.filter(paper__in=[row.paper_id for row in rows])}
    for row in rows:
        if row.verdict == "keep":
            fixing.extend(kept[row.paper_id], schedule.term(row.term, on), on=on)
    reasons = {row.paper.label: row.reason for row in rows if row.verdict == "destroy"}
    drawn = (
        listing.draw_up(actor=actor, on=on, reasons=reasons, title=appraisal.title, appraisal=appraisal)
        if reasons
        else []
    )
    appraisal.closed_by, appraisal.closed_on = actor.login, on
    appraisal.save(update_fields=["closed_by", "closed_on"])
    after = {
        "kept": sum(row.verdict == "keep" for row in rows),
        "destroy": len(reasons),
        "lists": [one.no for one in drawn],
    }
    _told(actor, on, "close_appraisal", appraisal, after=after)
    return drawn


def candidates(appraisal_id: int) -> Any:
    """The papers before a group, with what it thinks of each."""
    rows = Candidate.objects.filter(appraisal=appraisal_id)
    return rows.select_related("paper__dossier").order_by("id")


def _open(appraisal_id: int) -> Appraisal:
    found = Appraisal.objects.select_for_update().filter(pk=appraisal_id).first()
    if found is None:
        raise AppraisalUnknown(no=appraisal_id)
    if found.closed_on:
        raise AppraisalInvalid(cause=_("It was closed on %(day)s.") % {"day": found.closed_on})
    return found


def _check(told: Opinion, on: date) -> None:
    if told.verdict not in VERDICTS:
        raise AppraisalInvalid(cause=_("An opinion is one of: keep, destroy."), field="verdict")
    if not told.reason.strip():
        raise ReasonMissing(field="reason")
    if told.verdict == "keep":
        term = schedule.term(told.term, on)
        ends = rules.ends_on(on, years=term.years, months=term.months)
        assert ends is None or ends > on, "a term ends after it begins"


def _told(actor: Actor, on: date, act: str, appraisal: Appraisal, after: dict[str, Any]) -> None:
    subject = f"appraisal:{appraisal.pk}"
    audit.record(actor=actor, act=f"retention.{act}", subject=subject, on=on, after=after)
