"""What goes through the door of the trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypedDict

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

Cause = Literal["", "altered", "deleted", "inserted", "seal_missing", "seal_altered", "cut_off"]

CAUSES: dict[str, str | Promise] = {
    "": _("The trail is whole."),
    "altered": _("The entry was changed after it was sealed."),
    "deleted": _("The entry was deleted."),
    "inserted": _("The entry was not written by the application, or was changed before it was sealed."),
    "seal_missing": _("The seal was deleted, and perhaps its entry with it."),
    "seal_altered": _("The seal was changed."),
    "cut_off": _("The end of the trail was cut off or written anew: it does not lead to the noted head."),
}


class Told(TypedDict, total=False):
    """What else is told of an act: how things stood before and after it, and the reason given."""

    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    reason: str


class Search(TypedDict, total=False):
    """What entries are looked for; what is left out is not asked.

    login, outcome: exact. act: exact, or its beginning when it ends in "*" or ".". subject: exact, or
    its beginning when it ends in "*" or ":". from_on, until_on: business days, both included.
    text: a part of the reason, subject, name or of what stood before or after.
    """

    login: str
    act: str
    subject: str
    outcome: str
    from_on: date | None
    until_on: date | None
    text: str


@dataclass(frozen=True)
class Verification:
    """What a walk along the whole trail found.

    first_altered: id of the first entry that is not as it was, None when all are, or when the entry's
    seal is gone too and only its `position` is known. head: "position:hash" of the last seal that fits, to be
    noted outside the system; a later walk that is given it finds a trail that was cut off.
    """

    ok: bool
    sealed: int
    unsealed: int
    first_altered: int | None = None
    cause: Cause = ""
    position: int | None = None
    head: str = ""

    @property
    def words(self) -> str:
        """The cause in the reader's language."""
        return str(CAUSES[self.cause])

    @property
    def sentence(self) -> str:
        """What was found and where, in the reader's language."""
        if self.ok:
            return self.words
        if self.first_altered is None:
            return gettext("At place %(place)s: %(words)s") % {"place": self.position, "words": self.words}
        told = {"entry": self.first_altered, "place": self.position, "words": self.words}
        return gettext("Entry %(entry)s (place %(place)s): %(words)s") % told
