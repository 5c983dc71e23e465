"""People, units, roles and tokens."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated

import typer
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from xinheng.base.access import queries, services
from xinheng.runs.services import business_day
from xinheng.wiring.cli.errors import AlreadyFounded
from xinheng.wiring.cli.options import AsOf, Json, Number
from xinheng.wiring.cli.output import command, day, operator, say_json, say_table, screen

app = typer.Typer(no_args_is_help=True)
Password = Annotated[
    str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, envvar="XINHENG_PASSWORD")
]
OnDay = Annotated[str | None, typer.Option("--as-of", help="Only those of a day, as 2026-06-30.")]
Until = Annotated[
    str | None, typer.Option("--until", help="The first day it no longer holds, as 2026-12-31.")
]


@app.command("list")
@command("people.read")
def people(as_of: AsOf = None, as_json: Json = False) -> None:
    """List everyone who can sign in, with the roles held on a day."""
    held: dict[int, list[str]] = defaultdict(list)
    for row in queries.assignments(operator(), on=day(as_of)):
        held[row.person_id].append(f"{row.role.code}@{row.unit.code}")
    found = list(queries.people(operator()))
    if as_json:
        say_json(
            [{"login": p.login, "name": p.name, "active": p.is_active, "roles": held[p.pk]} for p in found]
        )
        return
    rows = [[p.login, p.name, _("yes") if p.is_active else _("no"), " ".join(held[p.pk])] for p in found]
    say_table(_("People"), [_("Login"), _("Name"), _("Active"), _("Roles")], rows)


@app.command()
@command("people.read")
def roles(as_json: Json = False) -> None:
    """List the roles and what they may do."""
    names = ("code", "name", "reach", "permits")
    found = [{name: getattr(role, name) for name in names} for role in queries.roles(operator())]
    if as_json:
        say_json(found)
        return
    rows = [[role["code"], role["name"], role["reach"], " ".join(role["permits"])] for role in found]
    say_table(_("Roles"), [_("Code"), _("Name"), _("Reach"), _("Rights")], rows)


@app.command()
@command("people.read")
def units(as_of: OnDay = None, as_json: Json = False) -> None:
    """List the units of the organisation."""
    names = ("code", "name", "kind", "closed_on")
    found = [
        {**{name: getattr(unit, name) for name in names}, "parent": unit.parent.code if unit.parent else ""}
        for unit in queries.units(operator(), on=day(as_of) if as_of else None).select_related("parent")
    ]
    if as_json:
        say_json(found)
        return
    columns = [_("Code"), _("Name"), _("Kind"), _("Closed on"), _("Below")]
    say_table(_("Units"), columns, [list(unit.values()) for unit in found])


@app.command("add-unit")
@command("people.write")
def add_unit(
    code: str,
    name: str,
    kind: Annotated[str, typer.Option(help="group, company or department.")] = "department",
    parent: Annotated[str, typer.Option(help="The unit above, by code.")] = "",
    as_json: Json = False,
) -> None:
    """Open a unit below another."""
    services.create_unit(actor=operator(), on=business_day(), code=code, name=name, kind=kind, parent=parent)
    _done({"unit": code, "parent": parent}, as_json=as_json)


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
    if queries.anyone():
        raise AlreadyFounded
    with transaction.atomic():
        services.load_shipped_roles(actor=operator(), on=business_day())
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
        actor=operator(), on=business_day(), login=login, name=name, password=password, role=role, unit=unit,
        must_change_password=True,
    )  # fmt: skip
    _done({"login": person.login, "role": role, "unit": unit}, as_json=as_json)


@app.command()
@command("people.write")
def assign(
    login: str,
    role: str,
    unit: str,
    since: Annotated[
        str | None, typer.Option("--from", help="The first day it holds, as 2026-06-30; today if not given.")
    ] = None,
    until: Until = None,
    as_json: Json = False,
) -> None:
    """Give a person a role in a unit, from today on or from a later day."""
    term = {"from_on": day(since) if since else None, "until_on": day(until) if until else None}
    kept = services.assign(
        actor=operator(), on=business_day(), login=login, role=role, unit=unit,
        from_on=term["from_on"], until_on=term["until_on"],
    )  # fmt: skip
    _done({"assignment": kept.pk, "login": login, "role": role, "unit": unit}, as_json=as_json)


@app.command()
@command("people.read")
def assignments(as_of: AsOf = None, as_json: Json = False) -> None:
    """List who holds which role in which unit on a day."""
    rows = [
        {"assignment": row.pk, "login": row.person.login, "role": row.role.code, "unit": row.unit.code,
         "from_on": row.from_on, "until_on": row.until_on}
        for row in queries.assignments(operator(), on=day(as_of))
    ]  # fmt: skip
    if as_json:
        say_json(rows)
        return
    columns = [_("No."), _("Login"), _("Role"), _("Unit"), _("From"), _("Until")]
    say_table(_("Assignments"), columns, [list(row.values()) for row in rows])


@app.command("end")
@command("people.write")
def end_assignment(assignment: Number, until: Until = None, as_json: Json = False) -> None:
    """Take a role from a person, by the number of the assignment."""
    services.end_assignment(
        actor=operator(), on=business_day(), assignment_id=assignment, until_on=day(until) if until else None
    )
    _done({"assignment": assignment}, as_json=as_json)


@app.command()
@command("people.write")
def password(login: str, new: Password, as_json: Json = False) -> None:
    """Give a person a new password, which must be changed at the next sign-in."""
    services.set_password(actor=operator(), on=business_day(), login=login, password=new, must_change=True)
    _done({"login": login}, as_json=as_json)


@app.command()
@command("people.write")
def unlock(login: str, as_json: Json = False) -> None:
    """Forget a person's failed attempts to sign in, so that they may try again at once."""
    attempts = services.unlock(actor=operator(), on=business_day(), login=login)
    _done({"login": login, "attempts": attempts}, as_json=as_json)


@app.command()
@command("people.write")
def deactivate(
    login: str, reason: Annotated[str, typer.Option(help="Why.")] = "", as_json: Json = False
) -> None:
    """End a person's access at once: sign-in, sessions and tokens."""
    services.deactivate(actor=operator(), on=business_day(), login=login, reason=reason)
    _done({"login": login, "active": False}, as_json=as_json)


@app.command()
@command("people.write")
def reactivate(login: str, new: Password, as_json: Json = False) -> None:
    """Let a person in again, with a new password to be changed at the next sign-in."""
    services.reactivate(actor=operator(), on=business_day(), login=login, password=new)
    _done({"login": login, "active": True}, as_json=as_json)


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
        told = {"prefix": kept.prefix, "expires_on": kept.expires_on, "permits": kept.permits}
        say_json({"id": kept.pk, "token": text, **told})
    else:
        screen.print(text, markup=False, highlight=False, soft_wrap=True)
        screen.print(_("Keep it now: it is not shown again."))


@app.command()
@command("people.read")
def tokens(as_of: OnDay = None, as_json: Json = False) -> None:
    """List the API tokens, with a day those that work on it; their texts are not kept."""
    found = queries.tokens(operator())
    if as_of:
        works = Q(revoked_on__isnull=True) | Q(revoked_on__gt=day(as_of))
        found = found.filter(works, expires_on__gte=day(as_of))
    rows = [
        {"id": row.pk, "login": row.person.login, "name": row.name, "prefix": row.prefix,
         "permits": " ".join(row.permits), "expires_on": row.expires_on, "revoked_on": row.revoked_on}
        for row in found
    ]  # fmt: skip
    if as_json:
        say_json(rows)
        return
    columns = [
        _("No."),
        _("Login"),
        _("Name"),
        _("Begins with"),
        _("Rights"),
        _("Works until"),
        _("Revoked on"),
    ]
    say_table(_("Tokens"), columns, [list(row.values()) for row in rows])


@app.command("revoke-token")
@command("tokens.write")
def revoke_token(token_id: Number, as_json: Json = False) -> None:
    """End a token at once, by its number."""
    services.revoke_token(actor=operator(), on=business_day(), token_id=token_id)
    _done({"token": token_id}, as_json=as_json)


def _done(answer: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        say_json(answer)
    else:
        told = " ".join(str(value) for value in answer.values() if value not in ("", None))
        screen.print(_("Done: %(what)s") % {"what": told}, markup=False)
