"""Personal data: persons, requests, clean-up, erasures, papers, reading in bulk, what a restore brought."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from xinheng.facts.privacy import queries as privacy
from xinheng.facts.privacy import services as acts
from xinheng.facts.privacy.values import (
    CAUSES,
    ERASURES,
    REQUEST_STATES,
    REQUESTS,
    ROLES,
    STATES,
    Answer,
    Wanted,
)
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.wiring.cli.options import AsOf, Json, Limit, Number
from xinheng.wiring.cli.output import command, day, operator, past_day, say_json, say_table, screen, written

app = typer.Typer(no_args_is_help=True)
Person = Annotated[str, typer.Argument(help="The person's number, as P-000012.")]
Out = Annotated[Path, typer.Option("--out", help="The file to write; - is standard output.")]


@app.command("list")
@command("privacy.read")
def listed(
    text: Annotated[str, typer.Argument(help="Beginning of a name, a person's or a customer's number.")] = "",
    scheme: Annotated[str, typer.Option(help="Only those under this document, as hpt.")] = "",
    state: Annotated[str, typer.Option(help="kept, frozen or erased.")] = "",
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List persons by number, without what names them."""
    wanted = Wanted(text=text, scheme=scheme, state=state)
    rows: list[dict[str, Any]] = [
        {"no": one.no, "role": one.role, "scheme": one.scheme, "state": one.state,
         "customer_no": one.customer.no if one.customer else "", "last_visit_on": one.last_visit_on}
        for one in privacy.persons(operator(), wanted, on=business_day())[:limit]
    ]  # fmt: skip
    if as_json:
        say_json(rows)
        return
    heads = [
        _("Person no."),
        _("Role of the person"),
        _("Privacy document"),
        _("State"),
        _("Customer no."),
        _("Last visit"),
    ]
    cells = [
        [
            one["no"],
            ROLES[one["role"]],
            one["scheme"],
            STATES[one["state"]],
            one["customer_no"],
            one["last_visit_on"],
        ]
        for one in rows
    ]
    say_table(_("Persons"), heads, cells)


@app.command()
@command("privacy.read")
def requests(
    late: Annotated[bool, typer.Option("--late", help="Only those whose term is over.")] = False,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List what persons asked, those due first."""
    rows: list[dict[str, Any]] = [
        {"id": one.pk, "person_no": one.person.no, "kind": one.kind, "asked_on": one.asked_on,
         "due_on": one.due_on, "state": one.state}
        for one in privacy.requests(operator(), on=business_day(), late=late)[:limit]
    ]  # fmt: skip
    if as_json:
        say_json(rows)
        return
    heads = [_("No."), _("Person no."), _("Request of the person"), _("Asked on"), _("Due on"), _("State")]
    cells = [
        [
            one["id"],
            one["person_no"],
            REQUESTS[one["kind"]],
            one["asked_on"],
            one["due_on"],
            REQUEST_STATES[one["state"]],
        ]
        for one in rows
    ]
    say_table(_("Requests of persons"), heads, cells)


@app.command()
@command("privacy.write")
def answer(
    request: Number,
    text: Annotated[str, typer.Argument(help="Our answer.")],
    refuse: Annotated[bool, typer.Option("--refuse", help="The request is turned down.")] = False,
    as_json: Json = False,
) -> None:
    """Answer a request of a person."""
    kept = acts.answer_request(
        actor=operator(), on=business_day(), request_id=request, answer=Answer(text, refuse)
    )
    _say(
        _("Request %(request)s is answered.") % {"request": request},
        {"id": request, "state": kept.state},
        as_json=as_json,
    )


@app.command()
@command("privacy.read")
def candidates(
    scheme: Annotated[str, typer.Option(help="Only those under this document, as hpt.")] = "",
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """List persons kept past their term, and what holds them."""
    rows = [
        {"person_no": one.person.no, "last_visit_on": one.person.last_visit_on, "ended_on": one.ended_on,
         "months": one.months, "is_assumed": one.is_assumed, "holds": list(one.holds)}
        for one in privacy.candidates(operator(), on=day(as_of), scheme=scheme)
    ]  # fmt: skip
    if as_json:
        say_json(rows)
        return
    heads = [_("Person no."), _("Last visit"), _("Kept until"), _("Months kept"), _("What holds it")]
    cells = [
        [one["person_no"], one["last_visit_on"], one["ended_on"], one["months"],
         "、".join(str(privacy.HOLDS[code]) for code in one["holds"])]
        for one in rows
    ]  # fmt: skip
    say_table(_("Term of keeping over"), heads, cells)


@app.command()
@command("privacy.read")
def erasures(limit: Limit = 50, as_json: Json = False) -> None:
    """List erasures, the newest first, with their certificates."""
    rows: list[dict[str, Any]] = [
        {"id": one.pk, "person_no": one.person.no, "cause": one.cause, "state": one.state,
         "asked_on": one.asked_on, "holds": one.holds, "certificate": one.certificate}
        for one in privacy.erasures(operator(), on=business_day())[:limit]
    ]  # fmt: skip
    if as_json:
        say_json(rows)
        return
    heads = [_("No."), _("Person no."), _("Cause"), _("State"), _("Asked on"), _("Certificate")]
    cells = [
        [
            one["id"],
            one["person_no"],
            CAUSES[one["cause"]],
            ERASURES[one["state"]],
            one["asked_on"],
            one["certificate"],
        ]
        for one in rows
    ]
    say_table(_("Erasures"), heads, cells)


@app.command("ask-erasure")
@command("privacy.write")
def ask_erasure(
    person: Person,
    why: Annotated[str, typer.Argument(help="Why.")],
    cause: Annotated[str, typer.Option(help="retention, request or purpose.")] = "request",
    as_json: Json = False,
) -> None:
    """Ask that a person's data be erased; another person decides."""
    kept = acts.ask_erasure(actor=operator(), on=business_day(), person_no=person, cause=cause, why=why)
    _say(_("Erasure %(erasure)s is asked for.") % {"erasure": kept.pk}, {"id": kept.pk}, as_json=as_json)


@app.command()
@command("privacy.erase")
def erase(erasure: Number, as_json: Json = False) -> None:
    """Carry an approved erasure out; what still needs the data freezes it."""
    kept = acts.carry_out_erasure(actor=operator(), on=business_day(), erasure_id=erasure)
    told = {"id": erasure, "state": kept.state, "holds": kept.holds, "certificate": kept.certificate}
    _say(f"{ERASURES[kept.state]} {kept.certificate}", told, as_json=as_json)


@app.command()
@command("privacy.erase")
def reapply(as_json: Json = False) -> None:
    """After a restore: erase again whoever is on the list of the gone beside the archive."""
    count = acts.reapply(actor=operator(), on=business_day())
    _say(_("%(count)s persons were erased again.") % {"count": count}, {"erased": count}, as_json=as_json)


@app.command()
@command("privacy.erase")
def watch(as_of: AsOf = None, as_json: Json = False) -> None:
    """Raise alerts for who read more persons in a day than is normal."""
    count = acts.watch(actor=operator(), on=business_day(), day=past_day(as_of))
    _say(_("%(count)s new alerts.") % {"count": count}, {"alerts": count}, as_json=as_json)


@app.command("may-use")
@command("privacy.read")
def may_use(
    person: Person,
    purpose: Annotated[str, typer.Argument(help="A purpose of the document, as marketing.")],
    as_of: AsOf = None,
    as_json: Json = False,
) -> int:
    """Say whether a person's data may be used for a purpose. Exit code 3 when it may not."""
    found = privacy.get_person(operator(), person, on=business_day())
    allowed = privacy.may_use(privacy.subject_of(found), purpose, day(as_of))
    _say(_("It may be used.") if allowed else _("It may not be used."), {"may_use": allowed}, as_json=as_json)
    return 0 if allowed else 3


@app.command("access-log")
@command("privacy.read")
def access_log(person: Person, out: Out, as_json: Json = False) -> None:
    """Write who looked at a person's data as a PDF for the person."""
    content = reports.privacy_access_log(actor=operator(), on=business_day(), person_no=person)
    written(out, content, as_json=as_json)


@app.command()
@command("privacy.read")
def notice(
    scheme: Annotated[str, typer.Argument(help="The document, as hpt.")],
    code: Annotated[str, typer.Argument(help="The notice, as guest.")],
    out: Out,
    as_json: Json = False,
) -> None:
    """Write a notice with a form of consent as a PDF."""
    content = reports.privacy_notice(actor=operator(), on=business_day(), scheme=scheme, notice=code)
    written(out, content, as_json=as_json)


def _say(words: str, told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        say_json(told)
    else:
        screen.print(words)
