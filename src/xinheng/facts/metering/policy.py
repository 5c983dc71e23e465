"""The rules of measured values: a document, checked when it is read and told with the line."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as reading
from xinheng.facts.metering.errors import MeteringRulesInvalid
from xinheng.facts.metering.values import MeteringRules

KIND = CODE = "metering"
SHIPPED = Path(__file__).with_name("rules.yaml")


@lru_cache(maxsize=64)
def load(text: str, file: str = "metering.yaml") -> MeteringRules:
    """Checked rules from their YAML text. Refuses: MeteringRulesInvalid, naming file, line and cause."""
    found, _tree = reading.read_document(text, file=file, shape=MeteringRules, refusal=MeteringRulesInvalid)
    return found


def check(text: str) -> None:
    """Whether a text holds rules of measured values. Refuses: MeteringRulesInvalid."""
    load(text)


def in_force(on: date) -> MeteringRules:
    """The rules of a day: what the site adopted, else what comes with the system."""
    return load(*packs.text_in_force(KIND, CODE, on=on, shipped=SHIPPED))
