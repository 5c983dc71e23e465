"""The rules of the room: a document, checked when it is read and told with the line."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as reading
from xinheng.operations.care.errors import CareRulesInvalid
from xinheng.operations.care.values import CareRules

KIND, CODE = "care", "general"


def check(text: str) -> None:
    """Whether a text holds rules of the room. Refuses: CareRulesInvalid."""
    load(text)


@lru_cache(maxsize=64)
def load(text: str, file: str = "care.yaml") -> CareRules:
    """Checked rules from their YAML text. Refuses: CareRulesInvalid, naming file, line and cause."""
    found, _tree = reading.read_document(text, file=file, shape=CareRules, refusal=CareRulesInvalid)
    return found


def in_force(on: date) -> CareRules:
    """The rules of a day: what the site adopted, else what comes with the system."""
    return load(*packs.text_in_force(KIND, CODE, on=on, shipped=shipped()))


def shipped() -> Path:
    """The document that comes with the system."""
    return Path(settings.PACKS_DIR) / CODE / "care.yaml"
