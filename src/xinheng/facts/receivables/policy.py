"""The ledger's documents: in which order debts are cleared, and who signs a write-off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as adopting
from xinheng.facts.receivables.errors import LedgerDocumentInvalid
from xinheng.facts.receivables.values import KINDS, ClearingOrder, WriteOffMatrix

CLEARING, WRITE_OFF = "clearing_order", "write_off"  # kinds of documents
CODES = {CLEARING: "clearing", WRITE_OFF: "write_off"}
Problem = tuple[tuple[int | str, ...], str]


def clearing_order(on: date) -> ClearingOrder:
    """The order of clearing of a day: what the site adopted, else the shipped one."""
    return load_clearing(_text(CLEARING, on))


def documents_held(on: date) -> dict[str, str]:
    """The documents of the ledger that hold on a day: kind -> code@version."""
    order, (_matrix, held) = clearing_order(on), write_off_matrix(on)
    return {CLEARING: f"{order.code}@{order.version}", WRITE_OFF: held}


def document_kind(text: str) -> str:
    """The kind of a document of the ledger. Refuses: LedgerDocumentInvalid where it is of none."""
    found = next((kind for kind in CODES if f"kind: {kind}" in text.splitlines()), "")
    if not found:
        raise LedgerDocumentInvalid(file="", line=1, cause=_("The kind is clearing_order or write_off."))
    return found


def write_off_matrix(on: date) -> tuple[WriteOffMatrix, str]:
    """Who signs a write-off on a day, and the name of the document: code@version."""
    matrix = load_write_off(_text(WRITE_OFF, on))
    return matrix, f"{matrix.code}@{matrix.version}"


@lru_cache(maxsize=16)
def load_clearing(text: str, file: str = "clearing_order.yaml") -> ClearingOrder:
    """A checked order of clearing. Refuses: LedgerDocumentInvalid, naming file, line and cause."""
    order, tree = adopting.read_document(text, file=file, shape=ClearingOrder, refusal=LedgerDocumentInvalid)
    _hold(tree, file, _clearing_problems(order))
    return order


@lru_cache(maxsize=16)
def load_write_off(text: str, file: str = "write_off.yaml") -> WriteOffMatrix:
    """A checked matrix of signatures. Refuses: LedgerDocumentInvalid, naming file, line and cause."""
    matrix, tree = adopting.read_document(
        text, file=file, shape=WriteOffMatrix, refusal=LedgerDocumentInvalid
    )
    _hold(tree, file, _matrix_problems(matrix))
    return matrix


def check_clearing(text: str) -> None:
    """Whether a text is an order of clearing. Refuses: LedgerDocumentInvalid."""
    load_clearing(text)


def check_write_off(text: str) -> None:
    """Whether a text is a matrix of write-offs. Refuses: LedgerDocumentInvalid."""
    load_write_off(text)


def _text(kind: str, on: date) -> str:
    code = CODES[kind]
    kept = packs.documents_in_force(kind, on=on).filter(code=code).first()
    if kept:
        return kept.text
    return next(pack.text for pack in adopting.shipped(kind) if pack.header.code == code)


def _clearing_problems(order: ClearingOrder) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, step in enumerate(order.within):
        for kind in step.kinds:
            if kind not in KINDS:
                yield ("within", place, "kinds"), _("There is no kind of claim %(kind)s.") % {"kind": kind}
            if kind in seen:
                yield ("within", place, "kinds"), _("The kind %(kind)s stands twice.") % {"kind": kind}
            seen.add(kind)
    if len(set(order.across)) < len(order.across):
        yield ("across",), _("A rule stands twice.")


def _matrix_problems(matrix: WriteOffMatrix) -> Iterator[Problem]:
    bounds = [row.up_to for row in matrix.rows]
    for place, bound in enumerate(bounds):
        before = bounds[place - 1] if place else None
        if (bound is None) != (place == len(bounds) - 1):
            yield ("rows", place), _("The last row, and only the last, has no bound.")
        elif bound is not None and before is not None and bound <= before:
            yield ("rows", place), _("The bounds must rise from row to row.")


def _hold(tree: Any, file: str, problems: Iterator[Problem]) -> None:
    for path, cause in problems:
        raise LedgerDocumentInvalid(file=file, line=adopting.line_in(tree, path), cause=cause)
