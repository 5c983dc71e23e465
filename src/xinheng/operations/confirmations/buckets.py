"""Buckets of ageing as a document: checked when it is loaded, told with the line, in force by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from django.utils.translation import gettext as _

from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as adopting
from xinheng.base.packs.errors import PolicyNotInForce
from xinheng.judgements.policies import queries as policies
from xinheng.judgements.policies.queries import Problem
from xinheng.operations.confirmations.values import AgeingBuckets, BucketSet

KIND = "ageing_buckets"
CODE = "ageing"


@lru_cache(maxsize=16)
def load(text: str, file: str = "ageing_buckets.yaml") -> AgeingBuckets:
    """A checked document from its YAML text. Refuses: PolicyInvalid, naming file, line and cause."""
    return policies.read(text, file=file, schema=AgeingBuckets, problems=problems)


def check(text: str) -> None:
    """Whether a text is a document of buckets. Refuses: PolicyInvalid."""
    load(text)


def in_force(on: date) -> AgeingBuckets:
    """The document of a day; the shipped one where none was adopted."""
    try:
        return load(packs.in_force(KIND, CODE, on=on).text)
    except PolicyNotInForce:
        return _shipped()


@lru_cache(maxsize=1)
def _shipped() -> AgeingBuckets:
    return load(next(pack.text for pack in adopting.shipped(KIND) if pack.header.code == CODE))


def problems(document: AgeingBuckets) -> Iterator[Problem]:
    """Everything wrong with a document, as a path into it and the cause."""
    counted = Counter(one.code for one in document.sets)
    if document.usual not in counted:
        yield ("usual",), _("There is no set %(code)s.") % {"code": document.usual}
    for place, one in enumerate(document.sets):
        if counted[one.code] > 1:
            yield ("sets", place, "code"), _("The set %(code)s stands twice.") % {"code": one.code}
        if list(one.upto) != sorted(set(one.upto)):
            yield ("sets", place, "upto"), _("Each bucket must end after the one before it.")
        if one.counts_from == "billed_on" and one.upto[0] == 0:
            yield ("sets", place, "upto"), _("A claim has an age from its first day on: begin above 0.")


def names_of(chosen: BucketSet) -> list[str]:
    """The heading of each bucket, with its boundary, in the reader's language."""
    begins: list[int] = [0, *chosen.upto]
    worded = _in_years if chosen.unit == "years" else _in_days
    return [
        *(worded(begin, end) for begin, end in zip(begins, chosen.upto, strict=False)),
        _last(chosen),
    ]


def _in_days(begin: int, end: int) -> str:
    if end == 0:
        return _("Not due (due day included)")
    return _("%(first)s–%(last)s days (day %(last)s included)") % {"first": begin + 1, "last": end}


def _in_years(begin: int, end: int) -> str:
    if begin == 0:
        return _("Up to %(last)s year (included)") % {"last": end}
    return _("%(first)s–%(last)s years (year %(last)s included)") % {"first": begin, "last": end}


def _last(chosen: BucketSet) -> str:
    end = chosen.upto[-1]
    if chosen.unit == "years":
        return _("Over %(last)s years") % {"last": end}
    return _("Over %(last)s days (from day %(next)s)") % {"last": end, "next": end + 1}
