"""Write what people print or send: papers of a rating run, a customer's sheet, a letter."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from django.utils.translation import gettext as _

from xinheng.reports import services as reports
from xinheng.reports.values import LetterWanted
from xinheng.runs.services import business_day
from xinheng.wiring.cli.judging import PolicyCode, Role, RunNo, chosen_run
from xinheng.wiring.cli.options import AsOf, Json
from xinheng.wiring.cli.output import command, operator, past_day, written

app = typer.Typer()
File = Annotated[Path, typer.Argument(help="The file to write; its name says the form.")]


@app.command()
@command("exports.read")
def papers(  # noqa: PLR0913, PLR0917 - each an option
    target: File,
    customer: Annotated[str, typer.Option(help="The rating sheet of this customer.")] = "",
    run: RunNo = None,
    policy: PolicyCode = "",
    role: Role = "",
    as_of: AsOf = None,
    approved: Annotated[
        str, typer.Option(help="The approved grades by this policy, instead of those of a run.")
    ] = "",
    before: Annotated[
        str | None, typer.Option(help="Of approved grades: say who moved since this day.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Write the papers of a rating run, or the rating sheet of a customer, to print: Excel or PDF."""
    form = named_form(target, "xlsx", "pdf")
    actor, on = operator(), business_day()
    if approved:
        earlier = past_day(before) if before else None
        content = reports.export_approved(
            actor=actor, on=on, policy_code=approved, as_of=past_day(as_of), before=earlier, form=form
        )
        written(target, content, as_json=as_json)
        return
    run_id = chosen_run(run, policy, as_of).pk
    if customer:
        content = reports.export_decision(
            actor=actor, on=on, run_id=run_id, customer_no=customer, role=role, form=form
        )
    else:
        content = reports.export_summary(actor=actor, on=on, run_id=run_id, form=form)
    written(target, content, as_json=as_json)


@app.command("file")
@command("exports.read")
def file_report(
    customer_no: Annotated[str, typer.Argument(help="The customer's number.")],
    target: File,
    depth: Annotated[
        Literal["", "brief", "standard", "full"],
        typer.Option(help="How deep; by the customer's size and dealings if not given."),
    ] = "",
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Write a customer's file as a report, brief, standard or full: PDF or Excel."""
    content = reports.export_file_report(
        actor=operator(), on=business_day(), customer_no=customer_no, depth=depth, as_of=past_day(as_of),
        form=named_form(target, "pdf", "xlsx"),
    )  # fmt: skip
    written(target, content, as_json=as_json)


@app.command()
@command("ratings.write_letters")
def letter(  # noqa: PLR0913, PLR0917 - each an option
    customer_no: str,
    target: File,
    decision: Annotated[
        Literal["granted", "conditional", "reduced", "declined"], typer.Option(help="What was decided.")
    ],
    company: Annotated[str, typer.Option(help="Our name.")],
    contact: Annotated[str, typer.Option(help="Whom to call.")],
    phone: Annotated[str, typer.Option(help="Telephone.")],
    payment_days: Annotated[int | None, typer.Option(min=1, max=365, help="Terms: days to pay.")] = None,
    prepaid: Annotated[int | None, typer.Option(min=1, max=100, help="Terms: paid in advance, %.")] = None,
    limit: Annotated[str, typer.Option(help="Terms: credit limit in yuan.")] = "",
    security: Annotated[
        Literal["", "guarantee", "mortgage", "pledge", "insurance", "deposit"],
        typer.Option(help="Terms: security."),
    ] = "",
    tell_grade: Annotated[
        bool, typer.Option("--tell-grade", help="Tell the result of a commissioned rating.")
    ] = False,
    address: Annotated[str, typer.Option(help="Our address.")] = "",
    language: Annotated[Literal["zh-hans", "en"], typer.Option(help="Language of the letter.")] = "zh-hans",
    run: RunNo = None,
    policy: PolicyCode = "",
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Write a letter to a customer about a decision: PDF or Word."""
    wanted = LetterWanted(
        decision=decision, company=company, contact=contact, phone=phone, payment_days=payment_days,
        prepaid_percent=prepaid, limit=_yuan(limit), security=security, address=address, language=language,
        tell_grade=tell_grade,
    )  # fmt: skip
    content = reports.export_letter(
        actor=operator(),
        on=business_day(),
        run_id=chosen_run(run, policy, as_of).pk,
        customer_no=customer_no,
        wanted=wanted,
        form=named_form(target, "pdf", "docx"),
    )
    written(target, content, as_json=as_json)


def _yuan(text: str) -> Decimal | None:
    """An amount as it was typed; none where nothing was."""
    try:
        amount = Decimal(text.replace(",", "")) if text else None
    except InvalidOperation:
        amount = Decimal("NaN")
    if amount is not None and not amount.is_finite():
        raise typer.BadParameter(_("%(text)s is no amount.") % {"text": text})
    return amount


def named_form(target: Path, *known: str) -> Any:
    """The form that a file's name speaks of."""
    ending = target.suffix.removeprefix(".").lower()
    if ending not in known:
        told = {"file": target, "endings": ", ".join(f".{one}" for one in known)}
        raise typer.BadParameter(_("%(file)s ends in none of %(endings)s.") % told)
    return ending
