"""Papers as this room asks for them: all of them for its rules, those within reach for its readers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet

from xinheng.base.kernel.actors import Actor
from xinheng.facts.dossiers import queries as dossiers
from xinheng.facts.retention.errors import KeptPaperUnknown
from xinheng.facts.retention.models import Kept


def papers() -> QuerySet[Any]:
    """Every paper there is, for rules and statements; never handed to a reader."""
    model: Any = Kept._meta.get_field("paper").related_model
    found: QuerySet[Any] = model.objects.all()
    return found


def paper_named(actor: Actor, label: str, *, on: date) -> Any:
    """One paper the actor reaches and may see. Refuses: KeptPaperUnknown."""
    found = dossiers.papers_visible(actor, on).filter(label=label.strip()[:24]).first()
    if found is None:
        raise KeptPaperUnknown(label=label.strip()[:24])
    return found
