"""Who asks the API: a bearer token, or the session of a signed-in page."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.security import HttpBearer, SessionAuth

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.runs.services import business_day


class Bearer(HttpBearer):
    """An API token in the Authorization header."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """The actor of a valid token; None refuses the request."""
        return _remember(request, access.actor_of_token(token, on=business_day()))


class Session(SessionAuth):
    """The session cookie of the pages; writes need the CSRF token."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:  # noqa: ARG002
        """The actor of the signed-in person; None refuses the request."""
        if not request.user.is_authenticated:
            return None
        return _remember(request, access.actor_of(request.user, on=business_day(), via="api"))


def _remember(request: HttpRequest, actor: Actor | None) -> Actor | None:
    request.actor = actor  # type: ignore[attr-defined]
    return actor


def actor_of(request: HttpRequest) -> Actor:
    """The actor that signing in found."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
