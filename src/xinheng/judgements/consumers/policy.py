"""The documents of the room in force on a day: what the site adopted, else what comes with the system."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as reading
from xinheng.judgements.consumers.document import ConsumerRules, PointRules
from xinheng.judgements.consumers.errors import ConsumerRulesInvalid

CONSUMERS, POINTS = "consumers", "points"
PWR, CCB = "pwr", "ccb"


def check_consumers(text: str) -> None:
    """Whether a text holds rules of risk and fee control. Refuses: ConsumerRulesInvalid."""
    load_consumers(text)


def check_points(text: str) -> None:
    """Whether a text holds rules of points. Refuses: ConsumerRulesInvalid."""
    load_points(text)


@lru_cache(maxsize=64)
def load_consumers(text: str, file: str = "consumers.yaml") -> ConsumerRules:
    """Checked rules from their YAML text. Refuses: ConsumerRulesInvalid, naming file, line and cause."""
    found, _tree = reading.read_document(text, file=file, shape=ConsumerRules, refusal=ConsumerRulesInvalid)
    return found


@lru_cache(maxsize=64)
def load_points(text: str, file: str = "points.yaml") -> PointRules:
    """Checked rules from their YAML text. Refuses: ConsumerRulesInvalid, naming file, line and cause."""
    found, _tree = reading.read_document(text, file=file, shape=PointRules, refusal=ConsumerRulesInvalid)
    return found


def in_force(on: date) -> ConsumerRules:
    """The rules of risk and fee control of a day."""
    return load_consumers(*packs.text_in_force(CONSUMERS, PWR, on=on, shipped=shipped(PWR, CONSUMERS)))


def points_in_force(on: date) -> PointRules:
    """The rules of points of a day."""
    return load_points(*packs.text_in_force(POINTS, CCB, on=on, shipped=shipped(CCB, POINTS)))


def shipped(code: str, kind: str) -> Path:
    """The document that comes with the system."""
    return Path(settings.PACKS_DIR) / code / f"{kind}.yaml"
