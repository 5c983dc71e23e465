"""Reading the document of signals: checked when it is loaded, told with the line."""

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
from xinheng.judgements.warnings.document import WarningSignals

KIND = "warning_signals"


@lru_cache(maxsize=64)
def load(text: str, file: str = "warning_signals.yaml") -> WarningSignals:
    """Checked signals from their YAML text. Refuses: PolicyInvalid, naming file, line and cause."""
    return policies.read(text, file=file, schema=WarningSignals, problems=problems)


def check(text: str) -> None:
    """Whether a text holds signals. Refuses: PolicyInvalid."""
    load(text)


def in_force(on: date) -> WarningSignals:
    """The document of a day: the adopted one, else the shipped one."""
    try:
        return load(packs.in_force(KIND, KIND, on=on).text)
    except PolicyNotInForce:
        return load(next(one.text for one in shipping.shipped(KIND) if one.header.code == KIND))


def problems(document: WarningSignals) -> Iterator[Problem]:
    """Everything wrong with a document, as a path into it and the cause."""
    coded = {
        "signals": [one.code for one in document.signals],
        "outcomes": [one.code for one in document.outcomes],
    }
    for part, codes in coded.items():
        counted = Counter(codes)
        for place, code in enumerate(codes):
            if counted[code] > 1:
                yield (part, place, "code"), _("The code %(code)s is used twice.") % {"code": code}
