"""What every act of this room writes beside its rows: the trail, and that something was done on a case."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.operations.collection.errors import CollectionInvalid
from xinheng.operations.collection.models import Case
from xinheng.operations.collection.values import NextStep


def record(actor: Actor, on: date, verb: str, case: Case, **told: Any) -> None:
    """Put an act on a case on the trail, at its customer."""
    after = {"case": case.pk, **(told.pop("after", None) or {})}
    subject = f"customer:{case.customer.no}"
    audit.record(actor=actor, act=f"collection.{verb}", subject=subject, on=on, after=after, **told)


def touch(case: Case, *, on: date, then: NextStep | None = None) -> None:
    """Something was done on a case, and what comes next. Refuses: CollectionInvalid."""
    case.active_on = max(case.active_on, on)
    if then is not None:
        if then.on < on:
            raise CollectionInvalid(cause=_("The next step is today or later."), field="next_step_on")
        case.next_step, case.next_step_on = said(then.what, "next_step", 300), then.on
    case.save(update_fields=["active_on", "next_step", "next_step_on"])


def said(text: str, field: str, most: int, *, required: bool = True) -> str:
    """A text as it is kept. Refuses: CollectionInvalid where it is blank or too long."""
    text = text.strip()
    if (required and not text) or len(text) > most:
        words = _("Must be given, with at most %(most)s signs.") % {"most": most}
        raise CollectionInvalid(cause=words, field=field)
    return text
