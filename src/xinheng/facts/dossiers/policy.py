"""The kinds of dossiers and the rule of their numbers: documents, checked when they are read."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as reading
from xinheng.facts.dossiers.errors import DossierKindsInvalid, DossierKindUnknown
from xinheng.facts.dossiers.values import Kind, KindsDocument, NumberRule

KIND = "dossiers"
NUMBERS = "dossier_numbers"


@lru_cache(maxsize=128)
def load(text: str, file: str = "dossiers.yaml") -> KindsDocument:
    """Checked kinds from their YAML text. Refuses: DossierKindsInvalid, naming file, line and cause."""
    found, _tree = reading.read_document(text, file=file, shape=KindsDocument, refusal=DossierKindsInvalid)
    return found


@lru_cache(maxsize=16)
def load_numbers(text: str, file: str = "dossier_numbers.yaml") -> NumberRule:
    """The checked rule of numbers. Refuses: DossierKindsInvalid."""
    found, _tree = reading.read_document(text, file=file, shape=NumberRule, refusal=DossierKindsInvalid)
    return found


def check(text: str) -> None:
    """Whether a text holds kinds of dossiers. Refuses: DossierKindsInvalid."""
    load(text)


def check_numbers(text: str) -> None:
    """Whether a text holds a rule of numbers. Refuses: DossierKindsInvalid."""
    load_numbers(text)


def documents(on: date) -> list[KindsDocument]:
    """The documents of a day by code: what the site adopted, else what comes with the system."""
    texts = packs.texts_in_force(KIND, on=on)
    return [load(texts[code], f"{code}/dossiers.yaml") for code in sorted(texts)]


def kinds(on: date) -> dict[str, Kind]:
    """Every kind of a day by its code."""
    return {kind.code: kind for document in documents(on) for kind in document.kinds}


def kind(code: str, on: date) -> Kind:
    """One kind. Refuses: DossierKindUnknown."""
    found = kinds(on).get(code)
    if found is None:
        raise DossierKindUnknown(kind=code[:40])
    return found


def numbers(on: date) -> NumberRule:
    """The rule of numbers of a day."""
    shipped = Path(settings.PACKS_DIR) / "general" / "dossier_numbers.yaml"
    return load_numbers(*packs.text_in_force(NUMBERS, NUMBERS, on=on, shipped=shipped))
