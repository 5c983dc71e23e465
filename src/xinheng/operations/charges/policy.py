"""Reading the document of charges: checked when it is loaded, told with the line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from django.utils.translation import gettext as _

from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as shipping
from xinheng.base.packs.errors import PolicyNotInForce
from xinheng.judgements.policies import queries as policies
from xinheng.judgements.policies.queries import Problem
from xinheng.operations.charges.document import ChargeTerms, Scheme

KIND = "charge_terms"
NEEDS = {
    "daily": ("percent",), "annual": ("percent",), "lpr": ("markup",), "fixed": ("amount",),
    "percent": ("percent",), "electricity": ("percent", "later_percent"),
}  # fmt: skip


@lru_cache(maxsize=64)
def load(text: str, file: str = "charge_terms.yaml") -> ChargeTerms:
    """A checked document from its YAML text. Refuses: PolicyInvalid, naming file, line and cause."""
    return policies.read(text, file=file, schema=ChargeTerms, problems=problems)


def check(text: str) -> None:
    """Whether a text says what is charged for lateness. Refuses: PolicyInvalid."""
    load(text)


def in_force(on: date) -> ChargeTerms:
    """The document of a day: the adopted one, else the shipped one."""
    try:
        return load(packs.in_force(KIND, KIND, on=on).text)
    except PolicyNotInForce:
        return load(next(one.text for one in shipping.shipped(KIND) if one.header.code == KIND))


def problems(document: ChargeTerms) -> Iterator[Problem]:
    """Everything wrong with a document, as a path into it and the cause."""
    counted = Counter(one.code for one in document.schemes)
    for place, scheme in enumerate(document.schemes):
        if counted[scheme.code] > 1:
            yield ("schemes", place, "code"), _("The code %(code)s is used twice.") % {"code": scheme.code}
        yield from _incomplete(("schemes", place), scheme)
    for place, code in enumerate(document.company):
        if code not in counted:
            yield ("company", place), _("There is no scheme %(code)s here.") % {"code": code}


def _incomplete(here: tuple[str | int, ...], scheme: Scheme) -> Iterator[Problem]:
    for field in NEEDS[scheme.how]:
        if getattr(scheme, field) is None:
            yield here, _("A scheme of this kind needs %(field)s.") % {"field": field}
