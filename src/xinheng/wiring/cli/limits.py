"""Limits and credit accounts: show, set, history."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

import polars as pl
import typer
from django.utils.translation import gettext as _

from xinheng.base.kernel.money import Money
from xinheng.base.packs import services as packs
from xinheng.facts.customers import queries as customers
from xinheng.judgements.limits import queries as credit
from xinheng.judgements.limits import services as limits
from xinheng.judgements.limits.values import Effective, NewLimit, NewProfile
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.wiring.cli import exposures
from xinheng.wiring.cli.exporting import form_of
from xinheng.wiring.cli.exposures import PARTS, Segment
from xinheng.wiring.cli.options import Json
from xinheng.wiring.cli.orders import Currency, Customer, money
from xinheng.wiring.cli.output import command, day, operator, say_json, say_table, screen, written

app = typer.Typer(no_args_is_help=True)
exposures.add_to(app)
File = Annotated[
    Path, typer.Argument(help="A check policy as YAML.", exists=True, dir_okay=False, readable=True)
]
Target = Annotated[Path, typer.Argument(help="The file to write; - for standard output.")]
From = Annotated[str, typer.Option("--from", help="The day from which it holds, as 2026-06-30.")]
Reason = Annotated[str, typer.Option(help="Why; it stands on the trail.")]


@app.command()
@command("limits.read")
def show(customer: Customer, segment: Segment = "", as_json: Json = False) -> None:
    """Show what a customer owes by component, the limit that holds today, and what is left."""
    on = business_day()
    head = credit.headroom(customers.get(operator(), customer, on=on), on=on, segment=segment)
    currency = head.exposure.currency
    row = {
        "segment": segment,
        **{part: str(Money(getattr(head.exposure, part), currency)) for part in PARTS},
        "exposure": str(Money(head.exposure.minor, currency)),
        "currency": currency,
        "limit": _limit(head.limit, currency),
        "left": str(head.left) if head.left else None,
        "groups": [f"{group.no}: {Money(group.minor, currency)}" for group in head.groups],
    }
    if as_json:
        say_json({**row, "state": head.limit.state})
    else:
        say_table(customer, [_("What"), _("Value")], [[name, value] for name, value in row.items()])


@app.command()
@command("limits.read")
def headroom(customer: Customer, segment: Segment = "", as_json: Json = False) -> None:
    """Say what a customer may still take on; nothing where no limit binds."""
    on = business_day()
    left = credit.headroom(customers.get(operator(), customer, on=on), on=on, segment=segment).left
    if as_json:
        say_json({"left": str(left) if left else None, "currency": left.currency if left else None})
    else:
        screen.print(f"{left} {left.currency}" if left else _("nothing limits it"), markup=False)


@app.command()
@command("policies.adopt")
def adopt(file: File, effective_from: From, as_json: Json = False) -> None:
    """Adopt the first version of a check policy from a day on; a further one goes through the chain."""
    text = file.read_text(encoding="utf-8-sig")
    told: dict[str, Any] = {"actor": operator(), "on": business_day(), "kind": "checks", "text": text}
    kept = packs.adopt(**told, effective_from=day(effective_from))
    said = {"code": kept.code, "version": kept.version, "day": kept.effective_from}
    if as_json:
        say_json({**said, "sha256": kept.sha256})
    else:
        screen.print(_("The policy %(code)s %(version)s holds from %(day)s.") % said, markup=False)


@app.command()
@command("exports.read")
def master(target: Target, as_json: Json = False) -> None:
    """Write every credit account with limit, exposure, arrears and habits, for a calculation outside."""
    content = reports.export_limits(actor=operator(), on=business_day(), form=form_of(target))
    written(target, content, as_json=as_json)


@app.command()
@command("limits.read")
def table(
    target: Target,
    read: Annotated[
        Path | None,
        typer.Option("--from", help="A table of checks (.csv or .xlsx) to make a policy of.", exists=True),
    ] = None,
    version: Annotated[str, typer.Option(help="The version of the policy that is made.")] = "1",
    as_json: Json = False,
) -> None:
    """Write the check policy in force as SAP's table of checks, or with --from a table as a check policy."""
    if read is not None:
        told = pl.read_excel(read, infer_schema_length=0) if read.suffix == ".xlsx" else _csv(read)
        written(target, credit.checks_of(told, version=version).encode(), as_json=as_json)
        return
    checks = credit.checks_on(operator(), on=business_day())
    if checks is None:
        raise typer.BadParameter(_("no check policy is in force"))
    frame = credit.table_of(checks)
    columns = [reports.Column(name, width=14) for name in frame.columns]
    sheet = reports.Sheet(_("Checks"), columns, frame.rows())
    content = frame.write_csv().encode() if target.suffix == ".csv" else reports.workbook([sheet])
    written(target, content, as_json=as_json)


def _csv(path: Path) -> pl.DataFrame:
    """A table as text, whether Excel saved it in UTF-8 or in GB18030."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    return pl.read_csv(text.encode(), infer_schema=False)


@app.command("set")
@command("limits.write")
def set_limit(  # noqa: PLR0913, PLR0917 - each an option
    customer: Customer,
    reason: Reason,
    amount: Annotated[str, typer.Option(help="The limit, as 100000.")] = "",
    state: Annotated[
        Literal["limited", "no_credit", "unlimited", "withdrawn"],
        typer.Option(help="What it is where it is no amount."),
    ] = "limited",
    kind: Annotated[
        Literal["fixed", "temporary", "insured", "guaranteed"], typer.Option(help="The kind of limit.")
    ] = "fixed",
    group: Annotated[bool, typer.Option("--group", help="For the customer and all below it.")] = False,
    segment: Segment = "",
    component: Annotated[
        Literal["", "receivable", "delivered", "ordered"], typer.Option(help="A sub-limit of this part.")
    ] = "",
    from_on: Annotated[str | None, typer.Option("--from", help="The first day it holds.")] = None,
    until: Annotated[str | None, typer.Option(help="The last day it holds.")] = None,
    currency: Currency = "CNY",
    as_json: Json = False,
) -> None:
    """Set what a customer may owe from a day on; what was said before stays on record."""
    new = NewLimit(
        reason, money(amount, currency) if amount else None, state, kind, "group" if group else "own",
        component, segment, day(from_on) if from_on else None, day(until) if until else None,
    )  # fmt: skip
    kept = limits.set_limit(actor=operator(), on=business_day(), customer_no=customer, limit=new)
    _done({"id": kept.pk, "customer_no": customer}, as_json=as_json)


@app.command()
@command("limits.write")
def profile(  # noqa: PLR0913, PLR0917 - each an option
    customer: Customer,
    reason: Reason,
    status: Annotated[str | None, typer.Option(help="open, watch, hold or stop.")] = None,
    risk_class: Annotated[str | None, typer.Option(help="A risk class, as X1.")] = None,
    review: Annotated[str | None, typer.Option("--review-on", help="The day of the next review.")] = None,
    payment: Annotated[str | None, typer.Option(help="credit, prepaid or delivery.")] = None,
    terms_days: Annotated[int | None, typer.Option(min=0, max=3650, help="Days of credit agreed.")] = None,
    dunning: Annotated[int | None, typer.Option(min=0, max=99, help="Highest level of a reminder.")] = None,
    segment: Segment = "",
    as_json: Json = False,
) -> None:
    """Change a credit account: status, risk class, next review, agreed terms; what is not named stays."""
    new = NewProfile(
        reason, status, risk_class, day(review) if review else None, payment, terms_days, dunning, segment
    )
    limits.set_profile(actor=operator(), on=business_day(), customer_no=customer, profile=new)
    _done({"customer_no": customer}, as_json=as_json)


@app.command("set-rate")
@command("limits.write")
def set_rate(
    currency: Annotated[str, typer.Argument(help="A currency, as USD.")],
    worth: Annotated[str, typer.Argument(help="What one unit is worth in yuan, as 7.15.")],
    from_on: Annotated[str | None, typer.Option("--from", help="The first day it holds.")] = None,
    as_json: Json = False,
) -> None:
    """Say what one unit of a currency is worth in yuan from a day on."""
    told: dict[str, Any] = {"currency": currency.upper(), "rate": _number(worth), "from_on": day(from_on)}
    kept = limits.set_rate(actor=operator(), on=business_day(), **told)
    _done({"id": kept.pk, "currency": currency.upper()}, as_json=as_json)


@app.command()
@command("limits.read")
def history(customer: Customer, as_json: Json = False) -> None:
    """List every word on the limits of a customer, the newest first, with who said it and why."""
    found = credit.limit_words(customers.get(operator(), customer, on=business_day()))
    names = ("kind", "reach", "component", "state", "from_on", "until_on", "told_by", "told_on", "reason")
    rows = [
        {
            "segment": each.account.segment,
            "amount": str(Money(each.amount_minor, each.account.currency)),
            **{name: getattr(each, name) for name in names},
        }
        for each in found
    ]
    if as_json:
        say_json(rows)
        return
    columns = [
        _("Credit segment"), _("Amount"), _("Kind"), _("Reach"), _("Part"), _("State"), _("From"), _("Until"),
        _("Who"), _("Day"), _("Why"),
    ]  # fmt: skip
    say_table(_("Limits"), columns, [list(row.values()) for row in rows])


def _limit(limit: Effective, currency: str) -> str:
    if limit.state == "limited":
        return str(Money(limit.minor, currency))
    return str(credit.LIMITS[limit.state])


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except ArithmeticError:
        raise typer.BadParameter(_("%(text)s is not an amount such as 1234.50.") % {"text": text}) from None


def _done(told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        say_json(told)
    else:
        screen.print(_("Done."))
