"""What a person says of a line: that it does not apply, comes later, or stands at another stage."""

from __future__ import annotations

from datetime import date
from typing import Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.facts.dossiers import errors, policy, rules
from xinheng.facts.dossiers.models import Dossier, Item, Stage
from xinheng.facts.dossiers.opening import open_one, subject_of, touch
from xinheng.facts.dossiers.values import Line, LineTold
from xinheng.facts.dossiers.wording import stage_word


@transaction.atomic
def set_line(
    *, actor: Actor, on: date, no: str, code: str, state: str, **told: Unpack[LineTold]
) -> Item:  # fmt: skip
    """Say that a line does not apply, comes later until a day, or is asked after all.

    Refuses: AccessDenied, DossierUnknown, DossierClosed, LineUnknown, ReasonMissing, DossierInvalid.
    """
    require(actor, "dossiers.write", f"dossier:{no[:40]}")
    dossier = open_one(actor, no, on=on)
    line = _line(dossier, code, on)
    why, until = told.get("why", "").strip(), told.get("until")
    if state not in ("asked", "not_applicable", "later"):
        raise errors.DossierInvalid(cause=_("There is no such state of a line."), field="state")
    if state == "not_applicable" and not why:
        raise errors.ReasonMissing(field="why")
    if state == "later" and not line.later_allowed:
        raise errors.DossierInvalid(
            cause=_("“%(line)s” may not come later.") % {"line": line.words}, field="state"
        )
    if state == "later" and (until is None or until < on):
        raise errors.DossierInvalid(cause=_("Say until which day, not a past one."), field="until")
    item, _new = Item.objects.select_for_update().get_or_create(dossier=dossier, code=code)
    before = {"state": item.state, "later_until": item.later_until}
    item.state, item.why = state, why[:300]
    item.later_until = until if state == "later" else None
    item.save(update_fields=["state", "why", "later_until"])
    touch(dossier, on)
    after = {"line": code, "state": state, "later_until": item.later_until}
    record(
        actor=actor, act="dossiers.set_line", subject=subject_of(dossier), on=on, before=before, after=after,
        reason=item.why,
    )  # fmt: skip
    return item


@transaction.atomic
def set_stage(*, actor: Actor, on: date, no: str, code: str, stage: str, why: str = "") -> Item:
    """Move a line to its next stage, or back with a reason (PRP-03).

    Refuses: AccessDenied, DossierUnknown, DossierClosed, LineUnknown, StageSkipped, ReasonMissing.
    """
    require(actor, "dossiers.write", f"dossier:{no[:40]}")
    dossier = open_one(actor, no, on=on)
    line = _line(dossier, code, on)
    item, _new = Item.objects.select_for_update().get_or_create(dossier=dossier, code=code)
    if stage not in rules.next_stages(item.stage):
        raise errors.StageSkipped(line=line.words, stage=stage_word(item.stage), asked=stage_word(stage))
    if rules.is_back(item.stage, stage) and not why.strip():
        raise errors.ReasonMissing(field="why")
    _move(actor, on, item, stage, why.strip())
    touch(dossier, on)
    return item


def arrived(actor: Actor, on: date, dossier: Dossier, code: str) -> None:
    """The first paper of a line came: it is collected. A line that was not asked is asked again."""
    if not code:
        return
    item, _new = Item.objects.select_for_update().get_or_create(dossier=dossier, code=code)
    if item.state != "asked":
        item.state, item.why, item.later_until = "asked", "", None
        item.save(update_fields=["state", "why", "later_until"])
    if not item.stage:
        _move(actor, on, item, rules.STAGES[0], "")


def _move(actor: Actor, on: date, item: Item, stage: str, why: str) -> None:
    step = {"before": item.stage, "stage": stage, "why": why[:300]}
    Stage.objects.create(dossier_id=item.dossier_id, code=item.code, told_on=on, told_by=actor.login, **step)
    item.stage = stage
    item.save(update_fields=["stage"])
    before, after = {"stage": step["before"]}, {"line": item.code, "stage": stage}
    record(
        actor=actor, act="dossiers.set_stage", subject=subject_of(item.dossier), on=on, before=before,
        after=after, reason=why,
    )  # fmt: skip


def _line(dossier: Dossier, code: str, on: date) -> Line:
    line = policy.kind(dossier.kind, on).line(code)
    if line is None:
        raise errors.LineUnknown(dossier=dossier.no, line=code[:40])
    return line
