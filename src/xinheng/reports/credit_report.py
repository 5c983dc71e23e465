"""A customer's credit file composed as of a day: what it holds, leaves out and why; sealed on request."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, Literal, NotRequired, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.secrecy import services as secrecy
from xinheng.facts.archive import queries as kept
from xinheng.facts.archive import services as archive
from xinheng.facts.archive.values import Upload
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers import services as files
from xinheng.facts.receivables import queries as receivables
from xinheng.reports import credit_file_sections as told
from xinheng.reports import credit_own_sections as own
from xinheng.reports.credit_files import report_docx, report_pdf, report_xlsx
from xinheng.reports.credit_values import (
    HELD,
    SECTION_WORDS,
    WHY,
    CreditReport,
    LeftOut,
    Sealed,
    Section,
)
from xinheng.reports.errors import DepthUnknown, SealedUnknown
from xinheng.reports.exports import notes_of
from xinheng.reports.file_depth import DEPTHS, Depth
from xinheng.reports.file_report import file_report_depth

SUBJECT = "credit_report"  # with the customer's number: what the sealed reports stand beside
ReportForm = Literal["pdf", "docx", "xlsx"]
RIGHTS = {
    "payment": "", "contracts": "contracts.read", "dossiers": "dossiers.read", "warnings": "warnings.read",
    "evaluation": "ratings.read",
}  # fmt: skip
BUILDERS: dict[str, Callable[[told.Sight], list[Any]]] = {
    "summary": own.summary, "registration": told.registration, "shareholders": told.shareholders,
    "related": told.related, "operations": told.operations, "payment": own.payment, "banks": told.banks,
    "finance": own.finance, "public": told.public, "contracts": own.contracts_held,
    "dossiers": own.dossiers_held, "warnings": own.warnings_held, "disputes": own.disputes_held,
    "visits": own.visits, "evaluation": own.evaluation, "declaration": own.declaration,
}  # fmt: skip


class Asked(TypedDict):
    """The depth (blank: by the customer's size and dealings) and the day looked at."""

    depth: NotRequired[str]
    as_of: NotRequired[date | None]


def compose_credit_report(
    *, actor: Actor, on: date, customer_no: str, **asked: Unpack[Asked]
) -> CreditReport:
    """The report of one customer, masked as the rights of its maker are; it says what it leaves out and why.

    Refuses: AccessDenied, CustomerUnknown, DepthUnknown.
    """
    subject = f"customer:{customer_no}"
    access.require(actor, "exports.read", subject)
    access.require(actor, "customers.read", subject)
    customer = customers.get(actor, customer_no, on=on)
    as_of = asked.get("as_of") or on
    depth = _depth(actor, customer, asked.get("depth", ""), as_of)
    ledger = receivables.file_figures(customer, as_of=as_of) if actor.may("receivables.read") else {}
    file = files.read_file(actor=actor, on=on, no=customer.no, as_of=as_of, ledger=ledger)
    sight = told.Sight(actor, customer, depth, as_of, on, file)
    sections = _sections(sight)
    masked = told.masked_items(file)
    if masked and "banks" in HELD[depth]:
        sight.left_out.append(LeftOut("、".join(masked), str(WHY["masked"])))
    if as_of != on and actor.may("limits.read"):
        sight.left_out.append(LeftOut(_("Credit limit"), str(WHY["past"])))
    audit.record(
        actor=actor, act="reports.compose_credit_report", subject=subject, on=on,
        after={"depth": depth, "as_of": as_of},
    )  # fmt: skip
    return CreditReport(
        customer_no=customer.no, customer_name=customer.name, depth=depth, depth_word=str(DEPTHS[depth]),
        as_of=as_of, made_on=on, made_by=actor.name, watermark=secrecy.watermark(actor, on),
        sections=sections, left_out=tuple(sight.left_out), headline=own.headline(sight),
    )  # fmt: skip


def export_credit_report(
    *, actor: Actor, on: date, customer_no: str, form: ReportForm = "pdf", **asked: Unpack[Asked]
) -> bytes:
    """The report as PDF, Word or Excel, not sealed: it carries no number.

    Refuses: AccessDenied, CustomerUnknown, DepthUnknown, PrintFontMissing (PDF).
    """
    access.require(actor, "exports.read", f"customer:{customer_no}")
    report = compose_credit_report(actor=actor, on=on, customer_no=customer_no, **asked)
    after = {"depth": report.depth, "as_of": report.as_of, "form": form}
    subject = f"customer:{customer_no}"
    audit.record(actor=actor, act="exports.credit_report", subject=subject, on=on, after=after)
    return written(report, form, actor, on)


@transaction.atomic
def seal_credit_report(*, actor: Actor, on: date, customer_no: str, **asked: Unpack[Asked]) -> Sealed:
    """Give the report a number and keep its PDF in the archive, so that a copy can be proven later.

    Refuses: AccessDenied, CustomerUnknown, CustomerClosed, DepthUnknown, PrintFontMissing, as the archive.
    """
    access.require(actor, "archive.write", f"customer:{customer_no}")
    access.require(actor, "exports.read", f"customer:{customer_no}")
    customer = customers.open_customer(actor, customer_no, on=on, lock=True)  # one number at a time
    earlier = kept.beside([_beside(customer.no)])
    number = f"XB-{on:%Y%m%d}-{customer.no}-{len(earlier) + 1:03}"
    report = compose_credit_report(actor=actor, on=on, customer_no=customer.no, **asked)
    report = replace(report, number=number)
    upload = Upload(f"{number}.pdf", report_pdf(report), f"{report.depth} {report.as_of.isoformat()}")
    attached = archive.attach(actor=actor, on=on, subject=_beside(customer.no), upload=upload)
    after = {"number": number, "sha256": attached.sha256, "depth": report.depth, "as_of": report.as_of}
    subject = f"customer:{customer.no}"
    audit.record(actor=actor, act="reports.seal_credit_report", subject=subject, on=on, after=after)
    return _sealed(attached, customer)


def sealed_reports(actor: Actor, customer_no: str, *, on: date) -> list[Sealed]:
    """The sealed reports of a customer, the newest first. Refuses: AccessDenied, CustomerUnknown."""
    access.require(actor, "customers.read", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    return [_sealed(one, customer) for one in reversed(kept.beside([_beside(customer.no)]))]


def read_sealed_report(*, actor: Actor, on: date, customer_no: str, number: str) -> bytes:
    """A sealed report, proven by its hash. Refuses: AccessDenied, CustomerUnknown, SealedUnknown."""
    access.require(actor, "exports.read", f"customer:{customer_no}")
    for one in sealed_reports(actor, customer_no, on=on):
        if one.number == number:
            told_by = {"attachment_id": one.attachment_id, "subject": _beside(one.customer_no)}
            found: Any = archive.read(actor=actor, on=on, **told_by)  # type: ignore[arg-type]
            subject = f"customer:{customer_no}"
            after = {"number": number}
            audit.record(actor=actor, act="exports.sealed_report", subject=subject, on=on, after=after)
            return bytes(found.content)
    raise SealedUnknown(number=number[:60])


def verify_credit_report(*, actor: Actor, on: date, content: bytes, number: str = "") -> Sealed:
    """The sealed report that a file is, to the byte. number: as the paper says, where it is known.

    Refuses: AccessDenied; SealedUnknown where no report within reach has this hash.
    """
    access.require(actor, "customers.read", "credit_report")
    sha256 = hashlib.sha256(content).hexdigest()
    for subject in kept.subjects_of(sha256):
        room, _sign, customer_no = subject.partition(":")
        if room != SUBJECT:
            continue
        visible = customers.visible(actor, on=on).filter(no=customer_no).first()
        if visible is None:
            continue
        for one in sealed_reports(actor, customer_no, on=on):
            if one.sha256 == sha256 and number in ("", one.number):
                return one
    raise SealedUnknown(number=number[:60] or f"{sha256[:12]}…")


def written(report: CreditReport, form: ReportForm, actor: Actor, on: date) -> bytes:
    """A report as a file."""
    if form == "docx":
        return report_docx(report)
    if form == "xlsx":
        return report_xlsx(report, notes_of(actor, on, [("as_of", report.as_of)]))
    return report_pdf(report)


def _sections(sight: told.Sight) -> tuple[Section, ...]:
    sections = []
    for code, words in SECTION_WORDS.items():
        title, right = str(words), RIGHTS.get(code, "")
        if code not in HELD[sight.depth]:
            sight.left_out.append(LeftOut(title, str(WHY["depth"])))
        elif right and not sight.actor.may(right):
            sight.left_out.append(LeftOut(title, str(WHY["right"])))
        elif blocks := BUILDERS[code](sight):
            sections.append(Section(code, title, blocks))
        else:
            sight.left_out.append(LeftOut(title, str(WHY["nothing"])))
    return tuple(sections)


def _depth(actor: Actor, customer: Any, depth: str, as_of: date) -> Depth:
    if not depth:
        return file_report_depth(actor, customer, as_of=as_of)
    found = next((one for one in HELD if one == depth), None)
    if found is None:
        raise DepthUnknown(depth=depth[:40], known=", ".join(HELD))
    return found


def _beside(customer_no: str) -> str:
    return f"{SUBJECT}:{customer_no}"


def _sealed(one: Any, customer: Any) -> Sealed:
    depth, _blank, as_of = one.note.partition(" ")
    return Sealed(
        one.id, one.file_name.removesuffix(".pdf"), customer.no, customer.name, depth, as_of,
        one.attached_by, one.attached_on, one.sha256,
    )  # fmt: skip
