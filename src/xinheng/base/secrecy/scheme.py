"""The document of grades: checked when it is loaded, told with the line, in force by day."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as reading
from xinheng.base.secrecy.errors import GradeUnknown, SecrecyInvalid
from xinheng.base.secrecy.values import Grade, Scheme

KIND = "secrecy"
SHIPPED = Path("general", "secrecy.yaml")


@lru_cache(maxsize=32)
def load(text: str, file: str = "secrecy.yaml") -> Scheme:
    """A checked document from its YAML text. Refuses: SecrecyInvalid, naming file, line and cause."""
    found, _tree = reading.read_document(text, file=file, shape=Scheme, refusal=SecrecyInvalid)
    return found


def check(text: str) -> None:
    """Whether a text is a document of grades. Refuses: SecrecyInvalid."""
    load(text)


def in_force(on: date) -> Scheme:
    """The grades of a day: the document that was adopted last, else the general one that is shipped."""
    kept = packs.documents_in_force(KIND, on=on).order_by("-effective_from", "-id").first()
    return load(kept.text, f"{kept.code}.yaml") if kept else _shipped()


@lru_cache(maxsize=1)
def _shipped() -> Scheme:
    return load((Path(settings.PACKS_DIR) / SHIPPED).read_text("utf-8"), str(SHIPPED))


def grade_of(code: str, on: date) -> Grade:
    """One grade of the day. Refuses: GradeUnknown."""
    scheme = in_force(on)
    found = scheme.grade(code)
    if found is None:
        raise GradeUnknown(grade=code[:40], grades=", ".join(scheme.codes))
    return found
