"""The figures of a case are loaded, kept by version and shown with what they come to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.judgements.consumers import casefile, casetables
from xinheng.judgements.consumers.errors import CaseUnknown
from xinheng.judgements.consumers.models import CaseFigures
from xinheng.judgements.consumers.values import FigureTable

CODE = "chuzhou"


def shipped_case() -> Path:
    """The published figures that come with the system; a file of one's own has the same two columns."""
    return Path(settings.PACKS_DIR) / "pwr" / "case.csv"


def read_case(path: Path) -> tuple[str, dict[str, Decimal]]:
    """Title and figures of a file with the columns item and value.

    Refuses: LedgerUnreadable, LedgerColumnMissing, FiguresUnreadable, FigureNegative, FiguresDoNotAddUp.
    """
    return casefile.read(path)


def shipped_figures() -> dict[str, str]:
    """The items of that file as they are printed, its title among them."""
    title, figures = casefile.read(shipped_case())
    return {casefile.TITLE: title, **{item: str(value) for item, value in figures.items()}}


@transaction.atomic
def load_case(
    *, actor: Actor, on: date, title: str, figures: Mapping[str, Decimal], code: str = CODE
) -> CaseFigures:
    """Load the figures of a case; the same figures again are the version there is, others a new one.

    title, figures: as `read_case` gives them of a file. Refuses: AccessDenied, FiguresUnreadable,
    FigureNegative, FiguresDoNotAddUp.
    """
    access.require(actor, "consumers.write", f"case:{code}")
    figures = casefile.checked(figures)
    told = {item: str(value) for item, value in sorted(figures.items())}
    digest = sha256(repr((title, told)).encode()).hexdigest()
    last = CaseFigures.objects.filter(code=code).first()
    if last and last.sha256 == digest:
        return last
    row = CaseFigures.objects.create(
        code=code, version=last.version + 1 if last else 1, title=title[:200], figures=told, sha256=digest,
        loaded_by=actor.login, loaded_on=on,
    )  # fmt: skip
    after = {"case": code, "version": row.version, "items": len(told), "sha256": digest}
    audit.record(actor=actor, act="consumers.load_case", subject=f"case:{code}", on=on, after=after)
    return row


def case_figures(actor: Actor, code: str = CODE) -> CaseFigures:
    """The newest figures of a case. Refuses: AccessDenied, CaseUnknown."""
    access.require(actor, "consumers.read", f"case:{code}")
    found = CaseFigures.objects.filter(code=code).first()
    if found is None:
        raise CaseUnknown(case=code)
    return found


def case_tables(row: CaseFigures) -> list[FigureTable]:
    """What the figures come to, table by table."""
    return casetables.tables({item: Decimal(value) for item, value in row.figures.items()})
