"""People, roles and tokens."""

from __future__ import annotations

from typing import Annotated

import typer
from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import queries, services
from xinheng.runs.services import business_day
from xinheng.wiring.cli.output import command, day, operator, say_json, say_table, screen

app = typer.Typer(no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]
Password = Annotated[
    str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, envvar="XINHENG_PASSWORD")
]


@app.command("list")
@command("people.read")
def people(as_json: Json = False) -> None:
    """List everyone who can sign in."""
    found = list(queries.people(operator()))
    if as_json:
        say_json([{"login": p.login, "name": p.name, "active": p.is_active} for p in found])
        return
    rows = [[p.login, p.name, _("yes") if p.is_active else _("no")] for p in found]
    say_table(_("People"), [_("Login"), _("Name"), _("Active")], rows)


@app.command()
@command("people.write")
def found(
    login: str,
    name: str,
    password: Password,
    company: Annotated[str, typer.Option(help="The name at the root of the organisation.")] = "本公司",
    as_json: Json = False,
) -> None:
    """Set up an empty installation: the roles, the root of the organisation and the first administrator."""
    with transaction.atomic():
        services.load_shipped_roles()
        services.create_unit(
            actor=operator(), on=business_day(), code="ROOT", name=company, kind="group", parent=""
        )
        services.create_person(
            actor=operator(), on=business_day(), login=login, name=name, password=password,
            role="administrator", unit="ROOT",
        )  # fmt: skip
    _done({"login": login, "role": "administrator", "unit": "ROOT"}, as_json=as_json)


@app.command()
@command("people.write")
def add(
    login: str,
    name: str,
    password: Password,
    role: Annotated[str, typer.Option(help="A role's code, such as analyst.")],
    unit: Annotated[str, typer.Option(help="A unit's code.")],
    as_json: Json = False,
) -> None:
    """Add a person with a role in a unit. The password is asked for, or read from XINHENG_PASSWORD."""
    person = services.create_person(
        actor=operator(), on=business_day(), login=login, name=name, password=password, role=role, unit=unit
    )
    _done({"login": person.login, "role": role, "unit": unit}, as_json=as_json)


@app.command()
@command("people.write")
def password(login: str, new: Password, as_json: Json = False) -> None:
    """Give a person a new password, which must be changed at the next sign-in."""
    services.set_password(actor=operator(), on=business_day(), login=login, password=new, must_change=True)
    _done({"login": login}, as_json=as_json)


@app.command()
@command("people.write")
def deactivate(login: str, as_json: Json = False) -> None:
    """End a person's access at once: sign-in, sessions and tokens."""
    services.deactivate(actor=operator(), on=business_day(), login=login)
    _done({"login": login, "active": False}, as_json=as_json)


@app.command()
@command("tokens.write")
def token(
    login: str,
    name: str,
    expires: Annotated[str, typer.Option(help="The last day it works, as 2026-12-31.")],
    permit: Annotated[
        list[str], typer.Option(help="An act it may do, such as customers.read; repeat for more.")
    ],
    as_json: Json = False,
) -> None:
    """Make an API token for a person. It is shown once and never again."""
    text, kept = services.issue_token(
        actor=operator(), on=business_day(), login=login, name=name, permits=permit, expires_on=day(expires)
    )
    if as_json:
        say_json(
            {"token": text, "prefix": kept.prefix, "expires_on": kept.expires_on, "permits": kept.permits}
        )
    else:
        screen.print(text, markup=False, highlight=False)
        screen.print(_("Keep it now: it is not shown again."))


def _done(answer: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        say_json(answer)
    else:
        screen.print(
            _("Done: %(what)s") % {"what": " ".join(str(value) for value in answer.values())}, markup=False
        )
