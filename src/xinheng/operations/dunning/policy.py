"""Reading a ladder: checked when it is loaded, told with the line."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from hashlib import sha256

from django.utils.translation import gettext as _

from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as shipping
from xinheng.judgements.policies import queries as policies
from xinheng.judgements.policies.queries import Problem
from xinheng.operations.dunning.errors import NoLadder
from xinheng.operations.dunning.ladder import FIELDS, Ladder, Wording

KIND = "dunning_ladder"
COMPANY = "general"  # the ladder of whoever has no other
DAYS_IN_ORDER = "due"


@lru_cache(maxsize=64)
def load(text: str, file: str = "dunning_ladder.yaml") -> Ladder:
    """A checked ladder from its YAML text. Refuses: PolicyInvalid, naming file, line and cause."""
    return policies.read(text, file=file, schema=Ladder, problems=problems)


def check(text: str) -> None:
    """Whether a text is a ladder. Refuses: PolicyInvalid."""
    load(text)


def in_force(on: date) -> dict[str, tuple[Ladder, str]]:
    """The ladders of a day with the hash of their text, by code; the shipped one where none was adopted.

    Refuses: NoLadder where not even the shipped one is there.
    """
    kept = {one.code: (load(one.text), one.sha256) for one in packs.documents_in_force(KIND, on=on)}
    if COMPANY not in kept:
        if not (text := shipped()):
            raise NoLadder(on=on)
        kept[COMPANY] = (load(text), sha256(text.encode()).hexdigest())
    return kept


@lru_cache(maxsize=1)
def shipped() -> str:
    """The text of the shipped ladder of the company."""
    return next((pack.text for pack in shipping.shipped(KIND) if pack.header.code == COMPANY), "")


def problems(ladder: Ladder) -> Iterator[Problem]:
    """Everything wrong with a ladder, as a path into the document and the cause."""
    yield from _levels(ladder)
    known = Counter(one.code for one in ladder.texts)
    for place, level in enumerate(ladder.levels):
        if level.text not in known:
            yield ("levels", place, "text"), _("There is no text %(code)s here.") % {"code": level.text}
    for place, wording in enumerate(ladder.texts):
        if known[wording.code] > 1:
            yield ("texts", place, "code"), _("The code %(code)s is used twice.") % {"code": wording.code}
        for part, name in _unknown_fields(wording):
            yield ("texts", place, part), _("There is no field {%(name)s}.") % {"name": name}
    for name in ("tolerances", "counts_from"):
        counted = Counter(one.currency for one in getattr(ladder, name))
        if twice := next((code for code, count in counted.items() if count > 1), ""):
            yield (name,), _("The currency %(code)s stands here twice.") % {"code": twice}


def _levels(ladder: Ladder) -> Iterator[Problem]:
    numbers = [one.level for one in ladder.levels if one.level]
    if sorted(numbers) != list(range(1, len(numbers) + 1)):
        yield ("levels",), _("Levels are numbered 1, 2, 3 … without a gap; 0 comes before the due day.")
    for place, one in enumerate(ladder.levels):
        if one.level == 0 and (one.basis != "due" or one.days > 0 or one.blocks or one.charges):
            yield ("levels", place), _("A level 0 comes up to the due day, and neither blocks nor charges.")
        if one.level > 0 and one.basis == "due" and one.days < 1:
            yield ("levels", place, "days"), _("A level above 0 comes after the due day.")
        if one.level > 0 and one.basis != "due" and one.days < 0:
            yield ("levels", place, "days"), _("Days are not below zero here.")
        if one.level == 1 and one.basis == "last":
            yield ("levels", place, "basis"), _("Before the first level there is no last reminder.")
    days = [one.days for one in ladder.steps() if one.basis == DAYS_IN_ORDER]
    if days != sorted(set(days)):
        yield ("levels",), _("A higher level comes later after the due day than a lower one.")


def _unknown_fields(wording: Wording) -> Iterator[tuple[str, str]]:
    for part in ("title", "body", "consequence", "short"):
        worded = getattr(wording, part)
        for text in (worded.zh, worded.en) if worded else ():
            try:
                names = [
                    name for _text, name, _form, _way in string.Formatter().parse(text) if name is not None
                ]
            except ValueError:
                yield part, text[:20]
                continue
            yield from ((part, name) for name in names if name not in FIELDS)


def company_ladder(on: date) -> Ladder:
    """The ladder of whoever has no other. Refuses: NoLadder."""
    return in_force(on)[COMPANY][0]


def by_hash(hashes: dict[str, str]) -> dict[str, Ladder]:
    """The ladders a run was planned by, by code: code to the hash of the text."""
    found = {}
    for code, digest in hashes.items():
        own = shipped()
        text = own if sha256(own.encode()).hexdigest() == digest else packs.document(digest).text
        found[code] = load(text)
    return found
