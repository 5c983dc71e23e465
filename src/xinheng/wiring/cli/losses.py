"""Expected losses and allowances, debtors judged by themselves, bills for the tax office."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from xinheng.base.kernel.money import Money
from xinheng.base.packs import services as adopting
from xinheng.judgements.losses import queries as losses
from xinheng.judgements.losses import services as acts
from xinheng.judgements.losses.document import Method
from xinheng.judgements.losses.values import NewAllowance
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.wiring.cli.options import AsOf, Json, Limit, Number
from xinheng.wiring.cli.output import command, operator, past_day, say_json, say_table, screen, written

app = typer.Typer(no_args_is_help=True)
By = Annotated[
    Method | None, typer.Option("--method", help="given, flow or migration; the policy's if not given.")
]
Target = Annotated[Path, typer.Argument(help="The file to write; - for standard output.")]


@app.command()
@command("losses.read")
def expected(as_of: AsOf = None, method: By = None, as_json: Json = False) -> None:
    """Show what is expected to be lost of what is open, by portfolio and bucket."""
    found = losses.expected(operator(), as_of=past_day(as_of), on=business_day(), method=method)
    rows = [
        {
            "group": one.group, "currency": one.currency, "bucket": line.code,
            "balance": line.balance.decimal, "rate": line.rate, "applied": line.applied,
            "required": line.required.decimal,
        }
        for one in found.portfolios
        for line in one.buckets
    ]  # fmt: skip
    rows += [
        {
            "group": one.customer_no, "currency": one.balance.currency, "bucket": "single",
            "balance": one.balance.decimal, "rate": one.percent / 100, "applied": one.percent / 100,
            "required": one.required.decimal,
        }
        for one in found.singles
    ]  # fmt: skip
    if as_json:
        required = {one: found.required(one).decimal for one in found.currencies}
        told = {"as_of": found.as_of, "method": found.method, "policy": found.policy, "factor": found.factor}
        say_json({**told, "required": required, "rows": rows})
        return
    columns = [
        _("Group"),
        _("Currency"),
        _("Age"),
        _("Balance"),
        _("Rate"),
        _("With the look ahead"),
        _("Expected loss"),
    ]
    title = f"{found.as_of} · {losses.METHOD_WORDS[found.method]} · {found.policy}"
    say_table(title, columns, [[_short(value) for value in row.values()] for row in rows])
    for currency in found.currencies:
        screen.print(f"{currency} {found.balance(currency)} → {found.required(currency)}", markup=False)


@app.command()
@command("losses.read")
def rates(as_of: AsOf = None, as_json: Json = False) -> None:
    """Show the given loss rate of each bucket of age."""
    rows = losses.loss_rates(on=past_day(as_of)).to_dicts()
    if as_json:
        say_json(rows)
        return
    columns = [_("Age"), _("Counted from"), _("Days"), _("Months"), _("Rate")]
    say_table(_("Loss rates"), columns, [list(row.values()) for row in rows])


@app.command()
@command("losses.read")
def tax(limit: Limit = 100, as_of: AsOf = None, as_json: Json = False) -> None:
    """List open bills whose loss may be deducted from taxable income, the largest first."""
    found = losses.tax_hints(operator(), as_of=past_day(as_of), on=business_day(), most=limit)
    rows = [{**one.__dict__, "open": one.open.decimal} for one in found]
    if as_json:
        say_json(rows)
        return
    columns = [_("Customer no."), _("Name"), _("Bill"), _("Due on"), _("Open"), _("Why")]
    say_table(_("Deductible from tax"), columns, [list(row.values()) for row in rows])


@app.command()
@command("losses.read")
def allowances(limit: Limit = 50, as_json: Json = False) -> None:
    """List the allowances that were proposed, the newest first."""
    rows = [_allowance(row) for row in losses.allowances(operator(), on=business_day())[:limit]]
    if as_json:
        say_json(rows)
        return
    columns = [
        _("No."),
        _("As of"),
        _("Currency"),
        _("State"),
        _("Opening"),
        _("Allowance required"),
        _("Booked change"),
    ]
    keys = ("id", "as_of", "currency", "state", "opening", "required", "change")
    say_table(_("Allowances"), columns, [[row[key] for key in keys] for row in rows])


@app.command()
@command("losses.write")
def propose(
    as_of: AsOf = None,
    currency: Annotated[str, typer.Option(help="The currency.")] = "CNY",
    method: By = None,
    opening: Annotated[
        str | None, typer.Option(help="Opening allowance; the last approved if not given.")
    ] = None,
    note: Annotated[str, typer.Option(help="A note.")] = "",
    as_json: Json = False,
) -> None:
    """Propose an allowance with frozen figures; it goes through its chain."""
    started = None if opening is None else Money(_money(opening).minor, currency)
    new = NewAllowance(past_day(as_of), currency, method or "", started, note=note)
    row = _allowance(acts.propose_allowance(actor=operator(), on=business_day(), new=new))
    if as_json:
        say_json(row)
    else:
        told = {"no": row["id"], "required": row["required"], "change": row["change"]}
        screen.print(_("Allowance %(no)s is proposed: %(required)s required, change %(change)s.") % told)


@app.command()
@command("exports.read")
def entry(allowance: Number, target: Target, as_json: Json = False) -> None:
    """Write the entry of a proposal for the books: .csv, or .xlsx with the figures it rests on."""
    told: dict[str, Any] = {"allowance_id": allowance, "form": "xlsx" if target.suffix == ".xlsx" else "csv"}
    content = reports.export_allowance(actor=operator(), on=business_day(), **told)
    written(target, content, as_json=as_json)


@app.command()
@command("losses.write")
def assess(
    customer: Annotated[str, typer.Argument(help="The customer's number.")],
    percent: Annotated[str, typer.Argument(help="Of what it owes, 0 to 100.")],
    reason: Annotated[str, typer.Argument(help="Why.")],
    as_json: Json = False,
) -> None:
    """Judge a debtor by itself; it leaves the portfolio."""
    told: dict[str, Any] = {"customer_no": customer, "percent": _money(percent).decimal, "reason": reason}
    kept = acts.assess_singly(actor=operator(), on=business_day(), **told)
    if as_json:
        say_json({"id": kept.pk, "customer_no": customer, "percent": kept.percent})
    else:
        screen.print(_("Single assessment %(no)s is kept.") % {"no": kept.pk})


@app.command("end-assessment")
@command("losses.write")
def end_assessment(
    assessment: Number, reason: Annotated[str, typer.Argument(help="Why.")], as_json: Json = False
) -> None:
    """Put a debtor back into the portfolio."""
    told: dict[str, Any] = {"assessment_id": assessment, "reason": reason}
    kept = acts.end_assessment(actor=operator(), on=business_day(), **told)
    if as_json:
        say_json({"id": kept.pk, "ended_on": kept.ended_on})
    else:
        screen.print(_("Single assessment %(no)s has ended.") % {"no": kept.pk})


@app.command()
@command("policies.adopt")
def adopt(as_json: Json = False) -> None:
    """Let the shipped documents on losses and targets hold from today; adopted ones are left alone."""
    on = business_day()
    adopted = [
        one
        for kind in ("loss_matrix", "credit_targets")
        for one in adopting.adopt_shipped(actor=operator(), on=on, effective_from=on, codes=[kind], kind=kind)
    ]
    if as_json:
        say_json([{"code": one.code, "version": one.version} for one in adopted])
    else:
        screen.print(_("In force from today on.") if adopted else _("Both were adopted before."))


def _allowance(row: Any) -> dict[str, Any]:
    names = ("opening", "written_off", "recovered", "acquired", "required", "change")
    amounts = {name: Money(getattr(row, f"{name}_minor"), row.currency).decimal for name in names}
    told = {name: getattr(row, name) for name in ("as_of", "currency", "state", "method", "policy", "sha256")}
    return {"id": row.pk, **told, **amounts, "entries": row.figures["entries"]}


def _short(value: Any) -> Any:
    return round(value, 6) if isinstance(value, Decimal) else value


def _money(text: str) -> Money:
    try:
        found = Money.of(text)
    except (InvalidOperation, ValueError):
        raise typer.BadParameter(_("%(text)s is not an amount such as 1234.50.") % {"text": text}) from None
    if found.decimal != Decimal(text):
        raise typer.BadParameter(_("%(text)s is not an amount such as 1234.50.") % {"text": text})
    return found
