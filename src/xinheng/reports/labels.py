"""Labels for papers and boxes: bar code and QR, many on a sheet, to stick on originals."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import barcode
import segno
from barcode.writer import SVGWriter
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.facts.dossiers import queries
from xinheng.reports.errors import TooManyRows
from xinheng.reports.printing import pdf

MOST_LABELS = 2_000
BARS: dict[str, Any] = {"module_height": 9.0, "module_width": 0.25, "quiet_zone": 2.0, "write_text": False}


@dataclass(frozen=True)
class Label:
    """One label. code: what bar code and QR say, in ASCII. words: a title. lines: small print below."""

    code: str
    words: str
    lines: tuple[str, ...] = ()


def print_labels(labels: Sequence[Label]) -> bytes:
    """A PDF of labels, 24 on a sheet of A4, 70 by 37 mm each. Refuses: TooManyRows, PrintFontMissing."""
    if len(labels) > MOST_LABELS:
        raise TooManyRows(rows=len(labels), most=MOST_LABELS)
    told = [
        {"code": one.code, "words": one.words, "lines": list(one.lines), "bars": _bars(one.code),
         "square": _square(one.code)}
        for one in labels
    ]  # fmt: skip
    return pdf("labels", {"labels": told})


def export_labels(*, actor: Actor, on: date, no: str, labels: Sequence[str] = ()) -> bytes:
    """The labels of a dossier's papers that lie on a shelf, or of those named; a PDF to print.

    Refuses: AccessDenied, DossierUnknown, TooManyRows, PrintFontMissing.
    """
    access.require(actor, "exports.read", f"dossier:{no[:40]}")
    dossier = queries.get_dossier(actor, no, on=on)
    papers = [
        one for one in queries.papers_of(actor, dossier, on)
        if (one.label in labels if labels else one.has_original and one.state == "in_force")
    ]  # fmt: skip
    told = [
        Label(one.label, one.title, (one.number, f"{dossier.no} {dossier.title}", _form(one)))
        for one in sorted(papers, key=lambda one: one.label)
    ] or [Label(dossier.no.replace("·", "."), dossier.title, (dossier.no,))]
    content = print_labels(told)
    after = {"labels": len(told)}
    audit.record(actor=actor, act="exports.labels", subject=f"dossier:{no}", on=on, after=after)
    return content


def _form(one: Any) -> str:
    pages = _("%(pages)s pages") % {"pages": one.pages} if one.pages else ""
    return " ".join(filter(None, (queries.form_word(one.copy_form), one.formed_on.isoformat(), pages)))


def _bars(code: str) -> str:
    out = io.BytesIO()
    barcode.get_barcode_class("code128")(code, writer=SVGWriter()).write(out, BARS)
    return out.getvalue().decode()


def _square(code: str) -> str:
    out = io.BytesIO()
    segno.make(code, micro=False, error="m").save(out, kind="svg", border=1, scale=4)
    return out.getvalue().decode()
