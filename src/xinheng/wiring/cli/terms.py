"""Terms by grade: documents, what a customer is entitled to, granting, bringing them to the day."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as adopting
from xinheng.facts.customers import queries as customers
from xinheng.judgements.policies.errors import PolicyInvalid
from xinheng.judgements.terms import queries as terms
from xinheng.judgements.terms import services as acts
from xinheng.runs.services import business_day
from xinheng.wiring.cli.errors import FileUnreadable
from xinheng.wiring.cli.options import AsOf, Json, Limit
from xinheng.wiring.cli.output import FOUND, command, complaints, day, operator, say_json, say_table, screen

app = typer.Typer(no_args_is_help=True)
File = Annotated[
    Path, typer.Argument(help="Terms by grade as YAML.", exists=True, dir_okay=False, readable=True)
]
From = Annotated[str, typer.Option("--from", help="The day from which it holds, as 2026-06-30.")]
Reason = Annotated[str, typer.Option(help="Why; it stands on the trail.")]
Customer = Annotated[str, typer.Argument(help="The number of a customer.")]


@app.command("list")
@command("terms.read")
def in_force(as_of: AsOf = None, as_json: Json = False) -> None:
    """List the terms in force on a day, and the shipped ones never adopted here."""
    found = packs.documents_in_force(terms.KIND, on=day(as_of))
    left = packs.not_adopted(terms.KIND)
    names = ("code", "version", "name", "effective_from")
    rows = [{name: getattr(one, name) for name in names} for one in found]
    if as_json:
        shipped = [{"code": one.header.code, "version": one.header.version, "path": one.path} for one in left]
        say_json({"in_force": rows, "shipped": shipped})
        return
    columns = [_("Code"), _("Version"), _("Name"), _("From")]
    say_table(_("Terms by grade"), columns, [list(row.values()) for row in rows])
    if left:
        told = [[one.header.code, one.header.version, one.header.name, one.path] for one in left]
        say_table(_("Shipped, not adopted"), [*columns[:3], _("File")], told)


@app.command()
@command("terms.read")
def check(file: File, as_json: Json = False) -> int:
    """Check terms by grade. Exit code 3 when they are wrong; every fault is named with its line."""
    try:
        document = terms.load(_text(file), str(file))
    except PolicyInvalid as invalid:
        problems = list(invalid.params["problems"])
        if as_json:
            say_json({"ok": False, "file": str(file), "problems": problems})
        else:
            for problem in problems:
                complaints.print(f"{file}, {problem}", markup=False, style="red", soft_wrap=True)
        return FOUND
    told = {"code": document.code, "version": document.version, "grades": len(document.grades)}
    if as_json:
        say_json({"ok": True, **told})
    else:
        words = _("The terms %(code)s %(version)s are sound: %(grades)s grades.")
        screen.print(words % told, markup=False)
    return 0


@app.command()
@command("policies.adopt")
def adopt(file: File, effective_from: From, as_json: Json = False) -> None:
    """Adopt the first version of terms by grade from a day on; a further one goes through the chain."""
    told: dict[str, Any] = {
        "actor": operator(),
        "on": business_day(),
        "kind": terms.KIND,
        "text": _text(file),
    }
    kept = adopting.adopt(**told, effective_from=day(effective_from))
    said = {"code": kept.code, "version": kept.version, "day": kept.effective_from}
    if as_json:
        say_json({**said, "sha256": kept.sha256})
    else:
        screen.print(_("The policy %(code)s %(version)s holds from %(day)s.") % said, markup=False)


@app.command()
@command("terms.read")
def show(customer: Customer, as_json: Json = False) -> None:
    """Show the terms of a customer today, and what its grade entitles to."""
    on = business_day()
    known = customers.get(operator(), customer, on=on)
    held, to = terms.granted(known, on=on), terms.entitlement(known, on=on)
    told = {
        "payment": held.payment if held else None,
        "days": held.days if held else None,
        "since": held.from_on if held else None,
        "lowered": held.lowered if held else 0,
        "source": held.source if held else None,
        "policy": to.policy.code if to else None,
        "grade": to.grade.grade if to and to.grade else None,
        "entitled_payment": to.level.payment if to else None,
        "entitled_days": to.level.days if to else None,
        "cap": to.cap if to else None,
    }
    if as_json:
        say_json({**told, "cap": str(to.cap.decimal) if to and to.cap is not None else None})
        return
    words = [
        _("Payment"), _("Days of credit"), _("Since"), _("Steps lowered"), _("Rests on"), _("Terms by grade"),
        _("Grade"), _("Payment by grade"), _("Days by grade"), _("Limit by grade and record"),
    ]  # fmt: skip
    pairs = zip(words, told.values(), strict=True)
    rows = [
        [word, "—" if value is None else str(terms.PAYMENTS.get(str(value), value))] for word, value in pairs
    ]
    say_table(f"{known.no} {known.name}", [_("What"), _("Value")], rows)


@app.command()
@command("limits.write")
def grant(
    customer: Customer,
    reason: Reason,
    days: Annotated[int | None, typer.Option(min=1, max=3650, help="Only where the grade sets none.")] = None,
    as_json: Json = False,
) -> None:
    """Grant a customer what its approved grade entitles to."""
    told: dict[str, Any] = {"actor": operator(), "on": business_day(), "customer_no": customer}
    kept = acts.grant_by_grade(**told, reason=reason, days=days)
    said = {"payment": kept.payment, "days": kept.days, "grade": kept.grade}
    if as_json:
        say_json(said)
    else:
        screen.print(f"{terms.PAYMENTS[kept.payment]} {kept.days or ''} {kept.grade}".strip(), markup=False)


@app.command()
@command("limits.write")
def watch(as_json: Json = False) -> None:
    """Bring terms to the day: lower what was broken, follow new grades, end what has lapsed."""
    done = acts.watch_terms(actor=operator(), on=business_day())
    if as_json:
        say_json(done.__dict__)
        return
    words = _("Lowered %(lowered)s, followed a grade %(restored)s, ended %(lapsed)s, measures %(measures)s.")
    screen.print(words % done.__dict__, markup=False)


@app.command()
@command("terms.read")
def sequence(limit: Limit = 50, as_json: Json = False) -> None:
    """List undelivered orders as they are handled: by grade, then score, the earlier first."""
    found = terms.sequence(operator(), on=business_day())[:limit]
    rows = [
        {
            "order_no": one.order_no,
            "customer_no": one.customer_no,
            "grade": one.grade,
            "score": one.score,
            "ordered_on": one.ordered_on,
            "latest_on": one.latest_on,
            "undelivered": str(one.undelivered),
        }
        for one in found
    ]
    if as_json:
        say_json(rows)
        return
    columns = [
        _("Order"), _("Customer number"), _("Grade"), _("Score"), _("Ordered on"), _("Promised by"),
        _("Undelivered"),
    ]  # fmt: skip
    say_table(_("Orders in sequence"), columns, [list(row.values()) for row in rows])


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise FileUnreadable(file=file) from None
