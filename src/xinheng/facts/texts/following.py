"""What happens to papers happens to what is found of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from xinheng.facts.texts import indexing
from xinheng.facts.texts.models import Reading


def on_added(paper: Any, on: date, **_: Any) -> None:
    """A paper came: its title is found at once, its document waits to be read unless it is read already."""
    if paper.document_id is not None:
        Reading.objects.get_or_create(document_id=paper.document_id, defaults={"queued_on": on})
    indexing.index([paper.pk], on)


def on_changed(paper: Any, on: date, **_: Any) -> None:
    """Its words or numbers are others now."""
    indexing.index([paper.pk], on)


def on_gone(paper: Any, on: date, **_: Any) -> None:
    """Withdrawn, lost or destroyed: nothing finds it any more."""
    indexing.forget(paper, on)
