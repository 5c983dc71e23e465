"""The rules of the room: a document, checked when it is read and told with the line."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as reading
from xinheng.operations.inspections.documents import InspectionRules
from xinheng.operations.inspections.errors import InspectionRulesInvalid

KIND, CODE = "inspections", "electricity"


def check(text: str) -> None:
    """Whether a text holds rules of the room. Refuses: InspectionRulesInvalid."""
    load(text)


@lru_cache(maxsize=64)
def load(text: str, file: str = "inspections.yaml") -> InspectionRules:
    """Checked rules from their YAML text. Refuses: InspectionRulesInvalid, naming file, line and cause."""
    found, _tree = reading.read_document(
        text, file=file, shape=InspectionRules, refusal=InspectionRulesInvalid
    )
    return found


def in_force(on: date) -> InspectionRules:
    """The rules of a day: what the site adopted, else what comes with the system."""
    return load(*packs.text_in_force(KIND, CODE, on=on, shipped=shipped()))


def shipped() -> Path:
    """The document that comes with the system."""
    return Path(settings.PACKS_DIR) / "pwr" / "inspections.yaml"
