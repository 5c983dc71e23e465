"""The rules of outside factors: a document, checked when it is read and told with the line."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as reading
from xinheng.facts.factors.errors import FactorRulesInvalid
from xinheng.facts.factors.values import FactorRules

KIND = CODE = "factors"
SHIPPED = Path(__file__).with_name("rules.yaml")


@lru_cache(maxsize=64)
def load(text: str, file: str = "factors.yaml") -> FactorRules:
    """Checked rules from their YAML text. Refuses: FactorRulesInvalid, naming file, line and cause."""
    found, _tree = reading.read_document(text, file=file, shape=FactorRules, refusal=FactorRulesInvalid)
    return found


def check(text: str) -> None:
    """Whether a text holds rules of outside factors. Refuses: FactorRulesInvalid."""
    load(text)


def in_force(on: date) -> FactorRules:
    """The rules of a day: what the site adopted, else what comes with the system."""
    return load(*packs.text_in_force(KIND, CODE, on=on, shipped=SHIPPED))
