"""What goes through the door of custody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NotRequired, TypedDict

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

HANDOVER_STATES: dict[str, str | Promise] = {
    "open": _("to be handed over"),
    "returned": _("back for correction"),
    "received": _("signed by both"),
    "done": _("handed over"),
    "cancelled": _("called off"),
}
STEP_WORDS: dict[str, str | Promise] = {
    "check": _("checked by the giver"),
    "sign": _("both signed the register"),
    "verify": _("checked by the archivist"),
    "scan": _("copied and scanned"),
    "shelve": _("original put in its place"),
    "record": _("electronic file filled in"),
    "return": _("sent back for correction"),
}
SIDES: dict[str, str | Promise] = {"giver": _("giving side"), "receiver": _("receiving side")}
SLIP_STATES: dict[str, str | Promise] = {
    "asked": _("waiting for approval"),
    "approved": _("approved, to be handed out"),
    "returned": _("back for correction"),
    "rejected": _("rejected"),
    "withdrawn": _("taken back"),
    "used": _("handed out"),
}
WAY_WORDS: dict[str, str | Promise] = {
    "read": _("read in the archive room"),
    "lend": _("taken out"),
    "copy": _("a copy is given"),
    "screen": _("on screen"),
    "review": _("reviewed"),
}
PLACE_KINDS: dict[str, str | Promise] = {
    "room": _("room"),
    "cabinet": _("cabinet"),
    "shelf": _("shelf"),
    "box": _("box"),
}
SCAN_WORDS: dict[str, str | Promise] = {
    "right": _("lies where it should"),
    "misplaced": _("belongs elsewhere"),
    "unexpected": _("has no place yet"),
    "on_loan": _("is lent out, and yet here"),
    "missing": _("not found"),
    "out": _("lent out"),
    "unknown": _("unknown code"),
    "twice": _("read before"),
    "place": _("reading here now"),
}
COPY_FORMS: dict[str, str | Promise] = {
    "original": _("original"),
    "duplicate": _("duplicate"),
    "copy": _("copy"),
    "electronic": _("electronic"),
}


class GrantTold(TypedDict):
    """Until when, why, and for what: a dossier, or patterns of kinds of them."""

    from_on: date
    until_on: date  # first day it no longer holds
    why: str
    dossier_no: NotRequired[str]
    kinds: NotRequired[tuple[str, ...]]
    is_standing: NotRequired[bool]


class ProxyTold(TypedDict):
    """On which days, and for which content; what is not named is all."""

    from_on: date
    until_on: date  # first day it no longer holds
    kinds: NotRequired[tuple[str, ...]]
    grades: NotRequired[tuple[str, ...]]


class ArchivistTold(TypedDict):
    """What a person learned and did; why: though not qualified."""

    education: str
    months: int
    can_search: bool
    is_full_time: bool
    why: NotRequired[str]


class Expected(TypedDict):
    """Between which units, since the day of which event; who hands over, of which dossier."""

    from_unit: Any  # base.access Unit
    to_unit: Any
    started_on: date
    owner: NotRequired[str]  # login
    dossier: NotRequired[Any]  # facts.dossiers Dossier


@dataclass(frozen=True)
class NewLine:
    """One thing of a hand-over's list. is_not_secret: ticked where no grade is given."""

    title: str
    paper_id: int | None = None
    item: str = ""
    copy_form: str = "original"
    secrecy: str = ""
    is_not_secret: bool = False
    pages: int | None = None
    formed_on: date | None = None
    is_missing: bool = False
    note: str = ""


@dataclass(frozen=True)
class NewPlace:
    """A place to be. inside: the code of what is around it, blank for a room. capacity: None: not told."""

    code: str
    name: str
    kind: str
    inside: str = ""
    capacity: int | None = None


@dataclass(frozen=True)
class Hand:
    """How somebody signs: the password of the login, or a drawing as PNG."""

    login: str
    password: str = ""
    drawing: bytes = b""
    address: str = ""


@dataclass(frozen=True)
class Finding:
    """What the archivist found of one line."""

    line_id: int
    is_right: bool
    found: str = ""
    pages: int | None = None


@dataclass(frozen=True)
class WantedHandovers:
    """Which hand-overs, in which order."""

    text: str = ""
    state: str = ""
    scheme: str = ""
    unit: int | None = None
    late: bool = False
    since: date | None = None
    until: date | None = None
    sort: str = "due"


@dataclass(frozen=True)
class NewSlip:
    """Which papers of a dossier, in which way, and what for. labels: none is the whole file."""

    dossier_no: str
    purpose: str
    way: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Back:
    """How a paper came back."""

    pages: int | None = None
    damage: str = ""
    is_lost: bool = False
    left_the_room: bool = False  # a reader took it out of the reading room


@dataclass(frozen=True)
class NewIncident:
    """What happened to a dossier or a paper of it, and who may answer for it."""

    kind: str
    dossier_no: str
    what: str
    happened_on: date
    label: str = ""
    responsible: str = ""
    pieces: int = 1


@dataclass(frozen=True)
class NewReport:
    """What is reported of a customer, by which source. customer: where it is registered."""

    kind: str
    source: str
    content: str
    party: str = ""
    customer: Any = None


@dataclass(frozen=True)
class WantedLoans:
    """Which loans, in which order."""

    text: str = ""
    holder: str = ""
    out: bool = False
    overdue: bool = False
    way: str = ""
    sort: str = "due"


@dataclass(frozen=True)
class Holder:
    """Somebody who had a paper, from when until when; until None: has it."""

    login: str
    how: str  # handover, kept, or the way of a slip
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Whereabouts:
    """Where a paper is: its place, whether inside its dossier's bag, and who has it out until when."""

    place: str
    name: str
    in_bag: bool = False
    holder: str = ""
    way: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True)
class Scanned:
    """What one scan tells. result: a code of SCAN_WORDS, or "place". belongs: where it is registered."""

    code: str
    result: str
    place: str
    title: str = ""
    belongs: str = ""


@dataclass(frozen=True)
class OnTime:
    """How many hand-overs of a unit came in time. share: None where there was none."""

    unit: str
    scheme: str
    total: int
    on_time: int
    late: int
    open_late: int

    @property
    def share(self) -> float | None:
        """0 to 1; None where nothing was due."""
        return self.on_time / self.total if self.total else None
