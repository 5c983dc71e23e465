"""People, units, roles and tokens."""

from __future__ import annotations

from typing import Annotated, Any

from django.db.models import Q
from django.http import HttpRequest
from ninja import Query, Router, Status

from xinheng.base.access import queries
from xinheng.base.access import services as access
from xinheng.runs.services import business_day
from xinheng.web.api.fields import USUAL_LIMIT, After, AfterId, AsOf, Id, Limit, No
from xinheng.web.api.once import once
from xinheng.web.api.people_schemas import (
    AssignmentIn,
    AssignmentOut,
    EndAssignmentIn,
    MeOut,
    NameIn,
    PasswordIn,
    PersonIn,
    PersonOut,
    PlaceIn,
    RoleIn,
    RoleOut,
    TokenIn,
    TokenMade,
    TokenOut,
    UnitIn,
    UnitOut,
    UnlockedOut,
    WhyIn,
)
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import Page, page_of
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["people"])
Login = Annotated[str, Query(max_length=150)]
TOKEN = [name for name in TokenOut.model_fields if name != "login"]


@router.get("/me", response={200: MeOut, **PROBLEMS})
def me(request: HttpRequest) -> dict[str, Any]:
    """Who you are to the API, and what you may do."""
    actor = actor_of(request)
    return {
        "login": actor.login,
        "name": actor.name,
        "permits": sorted(actor.permits),
        "reach": actor.scope.reach,
    }


@router.get("/people", response={200: Page[PersonOut], **PROBLEMS})
def people(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=100, description="Part of a login or name.")] = "",
    is_active: bool | None = None,
    after: After = "",
    limit: Limit = USUAL_LIMIT,
) -> dict[str, Any]:
    """The people within your reach, by login."""
    found = queries.people(actor_of(request))
    if q:
        found = found.filter(Q(login__icontains=q) | Q(name__icontains=q))
    if is_active is not None:
        found = found.filter(is_active=is_active)
    if after:
        found = found.filter(login__gt=after)
    rows, following = page_of(list(found[: limit + 1]), limit, lambda row: row.login)
    return {"items": rows, "next": following}


@router.post("/people", response={201: PersonOut, **PROBLEMS})
@once()
def create_person(request: HttpRequest, body: PersonIn) -> Status[Any]:
    """Make a person who may sign in, holding a first role in a unit from today on."""
    kept = access.create_person(
        actor=actor_of(request), on=business_day(), must_change_password=True, **body.model_dump()
    )
    return Status(201, PersonOut.from_orm(kept))


@router.get("/people/{login}", response={200: PersonOut, **PROBLEMS})
def one_person(request: HttpRequest, login: No) -> Any:
    """One person within your reach."""
    return queries.person(actor_of(request), login)


@router.post("/people/{login}/rename", response={200: PersonOut, **PROBLEMS})
@once()
def rename_person(request: HttpRequest, login: No, body: NameIn) -> Status[Any]:
    """Correct a person's name."""
    kept = access.rename_person(actor=actor_of(request), on=business_day(), login=login, name=body.name)
    return Status(200, PersonOut.from_orm(kept))


@router.post("/people/{login}/password", response={200: PersonOut, **PROBLEMS})
@once()
def set_password(request: HttpRequest, login: No, body: PasswordIn) -> Status[Any]:
    """Give a person a new password, to be changed at the next sign-in; open sessions end."""
    kept = access.set_password(
        actor=actor_of(request), on=business_day(), login=login, password=body.password
    )
    return Status(200, PersonOut.from_orm(kept))


@router.post("/people/{login}/deactivate", response={200: PersonOut, **PROBLEMS})
@once()
def deactivate(request: HttpRequest, login: No, body: WhyIn) -> Status[Any]:
    """Shut a person out at once: sessions, tokens and rights end; what they did stays."""
    kept = access.deactivate(actor=actor_of(request), on=business_day(), login=login, reason=body.reason)
    return Status(200, PersonOut.from_orm(kept))


@router.post("/people/{login}/reactivate", response={200: PersonOut, **PROBLEMS})
@once()
def reactivate(request: HttpRequest, login: No, body: PasswordIn) -> Status[Any]:
    """Let a person in again, with a new password to be changed at the next sign-in."""
    kept = access.reactivate(actor=actor_of(request), on=business_day(), login=login, password=body.password)
    return Status(200, PersonOut.from_orm(kept))


@router.post("/people/{login}/unlock", response={200: UnlockedOut, **PROBLEMS})
@once()
def unlock(request: HttpRequest, login: No) -> Status[Any]:
    """Forget a person's failed attempts, so that they may try again at once."""
    forgotten = access.unlock(actor=actor_of(request), on=business_day(), login=login)
    return Status(200, {"attempts": forgotten})


@router.get("/units", response={200: list[UnitOut], **PROBLEMS})
def units(request: HttpRequest) -> list[dict[str, Any]]:
    """The units within your reach, in the order of the tree."""
    return [_unit(row) for row in queries.units(actor_of(request)).select_related("parent")]


@router.post("/units", response={201: UnitOut, **PROBLEMS})
@once()
def create_unit(request: HttpRequest, body: UnitIn) -> Status[Any]:
    """Open a unit below another, or a root."""
    return Status(
        201, _unit(access.create_unit(actor=actor_of(request), on=business_day(), **body.model_dump()))
    )


@router.post("/units/{code}/close", response={200: UnitOut, **PROBLEMS})
@once()
def close_unit(request: HttpRequest, code: No) -> Status[Any]:
    """Close a unit. Refused while people or open units are in it."""
    return Status(200, _unit(access.close_unit(actor=actor_of(request), on=business_day(), code=code)))


@router.post("/units/{code}/rename", response={200: UnitOut, **PROBLEMS})
@once()
def rename_unit(request: HttpRequest, code: No, body: NameIn) -> Status[Any]:
    """Give a unit another name."""
    kept = access.rename_unit(actor=actor_of(request), on=business_day(), code=code, name=body.name)
    return Status(200, _unit(kept))


@router.post("/units/{code}/move", response={200: UnitOut, **PROBLEMS})
@once()
def move_unit(request: HttpRequest, code: No, body: PlaceIn) -> Status[Any]:
    """Put a unit, with all below it, below another."""
    kept = access.move_unit(actor=actor_of(request), on=business_day(), code=code, parent=body.parent)
    return Status(200, _unit(kept))


@router.get("/roles", response={200: list[RoleOut], **PROBLEMS})
def roles(request: HttpRequest) -> list[Any]:
    """All roles."""
    return list(queries.roles(actor_of(request)))


@router.put("/roles/{code}", response={200: RoleOut, **PROBLEMS})
@once()
def save_role(request: HttpRequest, code: No, body: RoleIn) -> Status[Any]:
    """Make a role of the site's own, or change one; it holds at once for all who have it."""
    kept = access.save_role(actor=actor_of(request), on=business_day(), code=code, **body.model_dump())
    return Status(200, RoleOut.from_orm(kept))


@router.get("/assignments", response={200: Page[AssignmentOut], **PROBLEMS})
def assignments(
    request: HttpRequest,
    login: Login = "",
    as_of: AsOf = None,
    after: AfterId = None,
    limit: Limit = USUAL_LIMIT,
) -> dict[str, Any]:
    """Who holds which role in which unit on a day, within your reach, in the order they were given."""
    found = queries.assignments(actor_of(request), on=as_of or business_day()).order_by("pk")
    if login:
        found = found.filter(person__login=access.normal_login(login))
    if after:
        found = found.filter(pk__gt=after)
    rows, following = page_of(list(found[: limit + 1]), limit, lambda row: row.pk)
    return {"items": [_assignment(row) for row in rows], "next": following}


@router.post("/assignments", response={201: AssignmentOut, **PROBLEMS})
@once()
def assign(request: HttpRequest, body: AssignmentIn) -> Status[Any]:
    """Give a person a role in a unit. Nobody gives rights or a reach that they do not have."""
    kept = access.assign(actor=actor_of(request), on=business_day(), **body.model_dump())
    return Status(201, _assignment(kept))


@router.post("/assignments/{assignment_id}/end", response={200: AssignmentOut, **PROBLEMS})
@once()
def end_assignment(request: HttpRequest, assignment_id: Id, body: EndAssignmentIn) -> Status[Any]:
    """Take a role from a person: at once, or from a later day on."""
    ended = access.end_assignment(
        actor=actor_of(request), on=business_day(), assignment_id=assignment_id, until_on=body.until_on
    )
    return Status(200, _assignment(ended))


@router.get("/tokens", response={200: Page[TokenOut], **PROBLEMS})
def tokens(
    request: HttpRequest, login: Login = "", after: AfterId = None, limit: Limit = USUAL_LIMIT
) -> dict[str, Any]:
    """The tokens of the people you administer, else your own; the newest first."""
    found = queries.tokens(actor_of(request))
    if login:
        found = found.filter(person__login=access.normal_login(login))
    if after:
        found = found.filter(pk__lt=after)
    rows, following = page_of(list(found[: limit + 1]), limit, lambda row: row.pk)
    return {"items": [_token(row) for row in rows], "next": following}


@router.post("/tokens", response={201: TokenMade, **PROBLEMS})
@once(secret=("token",))
def issue_token(request: HttpRequest, body: TokenIn) -> Status[Any]:
    """Make a token. It may do what you name, cut to what its person may do each time it is used."""
    text, kept = access.issue_token(actor=actor_of(request), on=business_day(), **body.model_dump())
    return Status(201, {**_token(kept), "token": text})


@router.post("/tokens/{token_id}/revoke", response={200: TokenOut, **PROBLEMS})
@once()
def revoke_token(request: HttpRequest, token_id: Id) -> Status[Any]:
    """End a token at once."""
    return Status(
        200, _token(access.revoke_token(actor=actor_of(request), on=business_day(), token_id=token_id))
    )


def _unit(row: Any) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in ("code", "name", "kind", "closed_on")}
    return {**told, "parent": row.parent.code if row.parent else None}


def _assignment(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "login": row.person.login,
        "role": row.role.code,
        "unit": row.unit.code,
        "from_on": row.from_on,
        "until_on": row.until_on,
    }


def _token(row: Any) -> dict[str, Any]:
    return {**{name: getattr(row, name) for name in TOKEN}, "login": row.person.login}
