"""The paper of a letter: once it was made, the one that is kept is the one that goes out again."""

from __future__ import annotations

from datetime import date

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.operations.dunning.errors import ReminderUnknown
from xinheng.operations.dunning.models import Letter


def note_paper(*, actor: Actor, on: date, letter_id: int, paper_id: int) -> None:
    """Note where in the archive the paper of a letter is kept. Refuses: AccessDenied, ReminderUnknown."""
    access.require(actor, "dunning.send", f"dunning_letter:{letter_id}")
    if not Letter.objects.filter(pk=letter_id, paper_id__isnull=True).update(paper_id=paper_id):
        raise ReminderUnknown(reminder=letter_id)
    after = {"paper": paper_id}
    subject = f"dunning_letter:{letter_id}"
    audit.record(actor=actor, act="dunning.note_paper", subject=subject, on=on, after=after)
