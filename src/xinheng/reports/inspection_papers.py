"""The notice to a consumer of theft or breach of use, with the calculation sheet and the list of evidence."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.capital_figures import capital_figures
from xinheng.base.kernel.clock import at_site
from xinheng.operations.inspections import queries as inspections
from xinheng.operations.inspections.errors import OutOfTurn
from xinheng.reports.printed import Table
from xinheng.reports.printing import print_pdf
from xinheng.reports.sheets import Column

BLANK = "＿＿＿＿＿＿"


def print_notice(*, actor: Actor, on: date, no: str) -> bytes:
    """The notice (违约用电、窃电通知书) of a case as PDF, in Chinese: facts, money line by line, evidence.

    Refuses: AccessDenied, CaseUnknown, OutOfTurn (nothing was found), PrintFontMissing.
    """
    access.require(actor, "inspections.read", f"inspection:{no[:20]}")
    found = inspections.case(actor, no)
    kept = inspections.finding_of(found)
    if kept is None or kept.kind == "none":
        raise OutOfTurn(no=found.no, state=inspections.STATE_WORDS[found.state])
    with translation.override("zh-hans"):
        title = _("Notice of breach of use or theft of electricity")
        tables = [_notice(found, kept, title, on), _sheet(found, kept), _evidence(found), _signed(found)]
        footer = _("The consumer may appeal in writing until the day named above.")
        content = print_pdf(tables, title=title, footer=footer, across=False, apart=False)
    subject = f"inspection:{found.no}"
    audit.record(
        actor=actor, act="inspections.print_notice", subject=subject, on=on, after={"case": found.no}
    )
    return content


def _notice(found: Any, kept: Any, title: str, on: date) -> Table:
    visit = inspections.visits_of(found).last()
    people = "、".join(f"{one['name']}（{one['pass_no']}）" for one in kept.inspectors)
    rows = [
        (_("Consumer"), f"{found.consumer.consumer_no} {found.consumer.name}"),
        (_("Address"), found.consumer.address or BLANK),
        (_("Finding"), str(inspections.KIND_WORDS[kept.kind])),
        (_("How"), inspections.how_found(kept)),
        (_("Found on"), kept.found_on.isoformat()),
        (_("Inspectors and work passes"), people),
        (_("Meter no."), visit.meter_no if visit else ""),
        (_("Seals"), visit.seals if visit else ""),
        (_("Measured load (kW)"), str(visit.load_kw) if visit and visit.load_kw is not None else ""),
        (_("On site"), kept.note),
        (_("Supply rules"), f"{kept.rules} {kept.clause.get('zh', '')}"),
        (_("Recovered electricity fee"), _yuan(kept.fee)),
        (_("Penalty for breach of use"), _yuan(kept.penalty)),
        (_("Total"), _yuan(kept.total)),
        (_("Last day to appeal"), kept.appeal_until.isoformat() if kept.appeal_until else BLANK),
    ]
    return Table(
        name=title, title=title, left=found.no, right=on.isoformat(),
        columns=[Column(_("Particulars"), width=22), Column(_("In words"), width=64)], rows=rows,
    )  # fmt: skip


def _sheet(found: Any, kept: Any) -> Table:
    rows = [(str(inspections.STEP_WORDS[one["code"]]), one["how"], one["result"]) for one in kept.steps]
    columns = [Column(_("Line"), width=40), Column(_("How"), width=32), Column(_("Result"), width=16)]
    title = _("Calculation sheet")
    return Table(name=title, title=title, left=found.no, right=kept.rules, columns=columns, rows=rows)


def _evidence(found: Any) -> Table:
    kinds = {one.code: one.words for one in inspections.in_force(found.opened_on).exhibits}
    rows = [
        (
            kinds.get(row.kind, row.kind), f"{at_site(row.taken_at):%Y-%m-%d %H:%M}", row.taken_by,
            row.place, row.sha256[:32],
        )
        for row in inspections.exhibits_of(found)
    ]  # fmt: skip
    columns = [
        Column(_("Piece of evidence"), width=16), Column(_("Taken at"), width=18),
        Column(_("Taken by"), width=12),
        Column(_("Place"), width=18), Column(_("Hash (SHA-256, first half)"), width=34),
    ]  # fmt: skip
    title = _("List of evidence")
    return Table(name=title, title=title, left=found.no, right="", columns=columns, rows=rows)


def _signed(found: Any) -> Table:
    rows = [
        (
            str(inspections.ROLE_WORDS[row.role]), row.name,
            _("refused to sign") if row.refused else _("signed by hand"),
            f"{at_site(row.signed_at):%Y-%m-%d %H:%M}",
        )
        for row in inspections.signatures_of(found)
    ]  # fmt: skip
    columns = [
        Column(_("Role"), width=16), Column(_("Name"), width=24), Column(_("Signature"), width=24),
        Column(_("Signed at"), width=20),
    ]  # fmt: skip
    title = _("Signatures")
    return Table(name=title, title=title, left=found.no, right="", columns=columns, rows=rows)


def _yuan(money: Any) -> str:
    words = capital_figures(money.decimal) if money.minor else ""
    return f"{money} {words}".strip()
