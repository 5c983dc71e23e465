"""What leaves the house of a rating: material by consent or by law, a result only if it was commissioned.

An internal rating is told to nobody outside (LOA-03). Material, the figures it was decided from, is given
out with the customer's consent that still runs, or by a rule of the state (LOA-04); the grade, points and
opinions are no part of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.facts.consents import queries as consents
from xinheng.facts.consents.values import Permission
from xinheng.facts.customers import queries as customers
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.ratings.values import Explanation, InputValue
from xinheng.reports.errors import GradeNotDisclosed, LetterIncomplete, NothingToSend
from xinheng.reports.exports import notes_of
from xinheng.reports.printed import Table, print_workbook
from xinheng.reports.printing import print_pdf
from xinheng.reports.sheets import Column
from xinheng.reports.values import DisclosureWanted, Printed

OPINIONS = ("text", "yes_no", "points")  # units of what our people judge, or of what says who one is
LONGEST = 200


def export_disclosed(
    *, actor: Actor, on: date, run_id: int, customer_no: str, wanted: DisclosureWanted, form: Printed = "pdf"
) -> bytes:
    """The material or the result of one decision as a file for somebody outside; noted with its permission.

    Refuses: AccessDenied, CustomerUnknown, RunUnknown, NotRated, RunFilesMissing, LetterIncomplete,
    GradeNotDisclosed (an internal result), NotConsented, ConsentExpired, NothingToSend, PrintFontMissing.
    """
    access.require(actor, "ratings.disclose", f"customer:{customer_no}")
    recipient = wanted.recipient.strip()
    if not recipient or len(recipient) > LONGEST:
        cause = _("must be given, with at most %(most)s characters.") % {"most": LONGEST}
        raise LetterIncomplete(field=_("recipient"), cause=cause)
    found = ratings.explanation(actor, run_id, customer_no, on=on, role=wanted.role)
    if wanted.what == "result":
        permission = publication(actor, found, recipient, on=on)
        table = _result(found, recipient)
    else:
        customer = customers.get(actor, customer_no, on=on)
        permission = consents.require(customer, "material", recipient, on=on)
        table = _material(found, recipient)
    after = {
        "run": run_id, "what": wanted.what, "recipient": recipient, "form": form, "kind": found.kind,
        "consent": permission.id, "basis": permission.basis, "paper": permission.sha256,
    }  # fmt: skip
    content = _file(table, actor, on, permission, form)
    audit.record(
        actor=actor, act="ratings.disclose", subject=f"customer:{found.customer_no}", on=on, after=after
    )
    return content


def publication(actor: Actor, found: Explanation, recipient: str, *, on: date) -> Permission:
    """The permission by which a result may be told.

    Refuses: GradeNotDisclosed where the rating is internal, NothingToSend, NotConsented, ConsentExpired.
    """
    if found.kind != "commissioned":
        raise GradeNotDisclosed(customer_no=found.customer_no, where=_("what was asked for"))
    if not found.grade:
        raise NothingToSend(run_id=found.run_id, customer_no=found.customer_no)
    customer = customers.get(actor, found.customer_no, on=on)
    return consents.require(customer, "publication", recipient, on=on)


def published(actor: Actor, found: Explanation, recipient: str, *, on: date) -> str:
    """The result of a commissioned rating in a sentence, where it may be told. Refuses: as publication."""
    publication(actor, found, recipient, on=on)
    return _("On your application, %(agency)s rated you %(grade)s as of %(day)s by %(policy)s.") % {
        "agency": found.agency, "grade": found.grade, "day": found.as_of.isoformat(),
        "policy": found.policy_name,
    }  # fmt: skip


def is_outside(figure: InputValue) -> bool:
    """Whether a figure may be told outside: what was measured, not what our people think."""
    return figure.origin == "indicator" and figure.unit not in OPINIONS


def _material(found: Explanation, recipient: str) -> Table:
    rows = list(_figures(found))
    if not rows:
        raise NothingToSend(run_id=found.run_id, customer_no=found.customer_no)
    return Table(
        name=_("Material"),
        title=_("Material of a rating"),
        left=f"{found.customer_no} {found.customer_name}",
        right=_("As of %(day)s · for %(recipient)s")
        % {"day": found.as_of.isoformat(), "recipient": recipient},
        columns=[Column(_("Figure"), width=44), Column(_("Value"), width=30)],
        rows=rows,
    )


def _figures(found: Explanation) -> Iterator[tuple[str, str]]:
    """Each measured figure the decision looked at, once, by name."""
    figures = {one.code: one for reason in found.reasons for one in reason.inputs if is_outside(one)}
    for one in sorted(figures.values(), key=lambda figure: figure.name):
        if one.value is not None:
            yield one.name, ratings.told(one)


def _result(found: Explanation, recipient: str) -> Table:
    told = [
        (_("Customer"), f"{found.customer_no} {found.customer_name}"),
        (_("Grade"), found.grade),
        (_("As of"), found.as_of.isoformat()),
        (_("Rated by"), found.agency),
        (_("Method"), f"{found.policy_name} {found.policy_version}"),
    ]
    return Table(
        name=_("Result"),
        title=_("Result of a commissioned rating"),
        left=f"{found.customer_no} {found.customer_name}",
        right=_("As of %(day)s · for %(recipient)s")
        % {"day": found.as_of.isoformat(), "recipient": recipient},
        columns=[Column("", width=24), Column("", width=50)],
        rows=told,
    )


def _file(table: Table, actor: Actor, on: date, permission: Permission, form: Printed) -> bytes:
    rests_on = _("Given out on %(day)s by: %(source)s") % {
        "day": on.isoformat(), "source": permission.source,
    }  # fmt: skip
    if form == "pdf":
        return print_pdf([table], title=table.title, footer=rests_on, across=False)
    notes: list[tuple[str, Any]] = [*notes_of(actor, on, ()), (_("Rests on"), permission.source)]
    return print_workbook([table], notes=notes, about=_("About this file"))
