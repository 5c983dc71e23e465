"""Look at customers and what they owe."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

import typer
from django.utils.translation import gettext as _

from xinheng.facts.customers import queries as found_by
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.consumers import queries as consumers
from xinheng.operations.confirmations import queries as confirmations
from xinheng.operations.confirmations.values import AgeingAsked
from xinheng.reports import queries as reports
from xinheng.reports import services as words
from xinheng.runs.services import business_day
from xinheng.wiring.cli.options import AsOf, Json, Limit
from xinheng.wiring.cli.output import command, day, operator, say_json, say_table

app = typer.Typer()
By = Literal["customer", "group", "salesperson", "unit", "region", "grade", "industry", "segment", "kind"]
SHOWN = ("no", "name", "kind", "industry", "region", "size_class", "status")


@app.command()
@command("customers.read")
def customers(
    text: Annotated[str, typer.Argument(help="Part of a name, pinyin initials, a number or a code.")] = "",
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """Find customers."""
    found = list(found_by.search(operator(), text, on=business_day())[:limit])
    if as_json:
        say_json([{name: getattr(row, name) for name in SHOWN} for row in found])
        return
    columns = [_("Customer number"), _("Name"), _("Kind"), _("Industry"), _("Region"), _("Size"), _("State")]
    say_table(_("Customers"), columns, [_worded(row) for row in found])


@app.command()
@command("customers.read")
def credit(
    customer_no: Annotated[str, typer.Argument(help="The customer's number.")], as_json: Json = False
) -> None:
    """Show a customer's credit now: grades, arrears, risk, open cases."""
    found = reports.credit_now(operator(), customer_no, on=business_day())
    grade = found.grade or "not rated"
    if as_json:
        arrears = [
            {"currency": one.currency, "open": str(one.open.decimal), "overdue": str(one.overdue.decimal),
             "overdue_bills": one.overdue_bills}
            for one in found.arrears
        ]  # fmt: skip
        accounts = [
            {**one.__dict__, "expected_late": str(one.expected_late.decimal)} for one in found.consumers
        ]
        told = {"grade": grade, "arrears": arrears, "risk": found.risk or None, "consumers": accounts}
        say_json({**asdict(found), **told})
        return
    rows = [[_("Grade"), found.grade or _("Not rated yet"), found.customer_name]]
    rows += [
        [
            _("Approved grade"),
            one.grade,
            f"{one.policy_code} {one.since}" + (f" {_('expired')}" * one.is_expired),
        ]
        for one in found.approved
    ]
    rows += [[_("Rated"), one.grade or one.state, f"{one.policy_code} {one.as_of}"] for one in found.rated]
    rows += [
        [_("Owed"), f"{one.open} {one.currency}", _("of it overdue: %(amount)s") % {"amount": one.overdue}]
        for one in found.arrears
    ] or [[_("Owed"), _("never billed"), ""]]
    rows += [
        [_("Risk"), str(consumers.LEVEL_WORDS.get(one.level, _("not assessed"))),
         f"{one.consumer_no} {one.expected_late} {one.as_of or ''}" + f" {_('cash only')}" * one.is_cash_only]
        for one in found.consumers
    ] or [[_("Risk"), _("not assessed"), ""]]  # fmt: skip
    rows += [
        [_("Open case"), one.event, f"{one.policy_code} {one.due_on} {one.evidence}"] for one in found.cases
    ]
    say_table(found.customer_no, [_("What"), _("How it stands"), _("By, since, until")], rows)


@app.command()
@command("receivables.read")
def ageing(
    customer_no: Annotated[str, typer.Argument(help="A customer; all customers if not given.")] = "",
    by: Annotated[
        By | None, typer.Option(help="A line for each customer, group, salesperson, unit, region and so on.")
    ] = None,
    buckets: Annotated[str, typer.Option(help="With --by: the code of a set of buckets.")] = "",
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Show open bills by days past due, as of any past day."""
    if by:
        _gathered(AgeingAsked(by=by, buckets=buckets, text=customer_no), as_of, as_json=as_json)
        return
    if customer_no:
        customer = found_by.get(operator(), customer_no, on=business_day())
        found = receivables.ageing_of(customer, as_of=day(as_of))
    else:
        found = receivables.ageing(None, as_of=day(as_of))
    if as_json:
        say_json(
            [
                {"bucket": row.bucket.code, "bills": row.bills, "amount": str(row.amount.decimal),
                 "currency": row.currency}
                for row in found
            ]
        )  # fmt: skip
        return
    rows = [
        [words.word(words.BUCKETS, row.bucket.code), row.bills, row.amount, row.currency] for row in found
    ]
    say_table(_("Ageing"), [_("Days past due"), _("Bills"), _("Open"), _("Currency")], rows)


def _gathered(asked: AgeingAsked, as_of: str | None, *, as_json: bool) -> None:
    """The ageing line by line, cut into the buckets in force."""
    aged = confirmations.aged(operator(), asked, as_of=day(as_of), on=business_day())
    if as_json:
        codes = aged.set.codes
        say_json(
            [
                {"key": one.key, "name": one.name, "currency": one.currency, "bills": one.bills,
                 "total": str(one.total.decimal), "disputed": str(one.disputed.decimal),
                 "prepaid": str(one.prepaid.decimal) if one.prepaid else None,
                 **{code: str(amount.decimal) for code, amount in zip(codes, one.buckets, strict=True)}}
                for one in aged.lines
            ]
        )  # fmt: skip
        return
    columns = [
        str(confirmations.DIMENSION_NAMES[asked.by]), _("Currency"), _("Bills"),
        *confirmations.bucket_names(aged.set), _("Open"), _("Paid in advance"),
    ]  # fmt: skip
    rows = [
        [words.key_told(one, asked.by), one.currency, one.bills, *one.buckets, one.total, one.prepaid or ""]
        for one in (*aged.lines, *aged.sums)
    ]
    say_table(_("Ageing"), columns, rows)


def _worded(row: Any) -> list[str]:
    """A customer as people read it."""
    known = {"kind": words.KINDS, "size_class": words.SIZES, "status": words.STATUSES}
    return [words.word(known.get(name, {}), getattr(row, name)) for name in SHOWN]
