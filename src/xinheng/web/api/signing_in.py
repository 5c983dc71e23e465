"""Who asks the API: a bearer token, or the session of a signed-in page."""

from __future__ import annotations

from typing import ClassVar

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer, SessionAuth

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.refusal import Refusal
from xinheng.runs.services import business_day


class PasswordMustChange(Refusal):
    """The password was given by someone else; until it is changed nothing else may be done."""

    code = "password_must_change"
    status = 403
    text: ClassVar[str | Promise] = _("Change your password on the page first.")


class Bearer(HttpBearer):
    """An API token in the Authorization header. A wrong one is turned down, whoever else is signed in."""

    openapi_description = "An API token: `xinheng people token`, or POST /api/v1/tokens."

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        """The actor of a valid token; any other refuses the request."""
        actor = access.actor_of_token(token.strip(), on=business_day())
        if actor is None:
            raise AuthenticationError
        return _remember(request, actor)


class Session(SessionAuth):
    """The session cookie of the pages; writes need the CSRF token in the header X-CSRFToken."""

    def __call__(self, request: HttpRequest) -> Actor | None:
        """Nobody signed in is told so before anything is said of CSRF."""
        if not request.user.is_authenticated:
            return None
        found: Actor | None = super().__call__(request)
        return found

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:  # noqa: ARG002
        """The actor of the signed-in person; None refuses the request."""
        if not request.user.is_authenticated:
            return None
        if request.user.must_change_password:
            raise PasswordMustChange
        return _remember(request, access.actor_of(request.user, on=business_day(), via="api"))


def _remember(request: HttpRequest, actor: Actor) -> Actor:
    request.actor = actor  # type: ignore[attr-defined]
    return actor


def actor_of(request: HttpRequest) -> Actor:
    """The actor that signing in found."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
