"""What is shown and printed bears who took it, and when; masked fields; marks of state secrets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.secrecy.errors import StateSecretRefused
from xinheng.base.secrecy.scheme import in_force
from xinheng.base.secrecy.seeing import watermark

BLANKS = re.compile(r"\s+")
_mark: ContextVar[str] = ContextVar("mark", default="")


@contextmanager
def marked(actor: Actor, on: date) -> Iterator[None]:
    """Whatever is printed or exported inside bears the watermark of the actor and the day; none of nobody."""
    before = _mark.set(watermark(actor, on) if actor.login else "")
    try:
        yield
    finally:
        _mark.reset(before)


def mark_by(actor: Actor, on: date) -> None:
    """From here on within what `marked` began, it is this actor who takes."""
    _mark.set(watermark(actor, on))


def mark() -> str:
    """The watermark of who takes what is made now; blank where the system makes it by itself."""
    return _mark.get()


def masked_fields(on: date) -> dict[str, str]:
    """The fields that are masked for who may not read sensitive ones, by code, in the reader's language."""
    return {one.code: one.words for one in in_force(on).masked}


def shown(actor: Actor, field: str, text: str, on: date) -> str:
    """The text of a field as an actor may see it: masked where the document of the day names the field.

    What `access` masks stays masked, whatever the document says.
    """
    if field in masked_fields(on):
        return text if actor.may("sensitive.read") else access.masked(text)
    return access.shown(actor, field, text)


def state_mark_in(text: str, on: date) -> str:
    """The mark of a state secret that stands in a text, written in any width or spacing; blank: none."""
    plain = BLANKS.sub("", unicodedata.normalize("NFKC", text))
    return next((one for one in in_force(on).state_marks if one in plain), "")


def refuse_state_secret(on: date, *texts: str) -> None:
    """Refuses: StateSecretRefused where a title, name or text bears the mark of a state secret."""
    for text in texts:
        if found := state_mark_in(text, on):
            raise StateSecretRefused(name=text.strip()[:80], mark=found)
