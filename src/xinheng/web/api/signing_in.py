"""Who asks the API: a bearer token, or the session of a signed-in page."""

from __future__ import annotations

import hashlib
from typing import ClassVar

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer, SessionAuth

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.refusal import Refusal
from xinheng.base.secrecy import services as secrecy
from xinheng.runs.services import business_day


class PasswordMustChange(Refusal):
    """The password was given by someone else; until it is changed nothing else may be done."""

    code = "password_must_change"
    status = 403
    text: ClassVar[str | Promise] = _("Change your password on the page first.")


class CsrfFailed(Refusal):
    """A write came with a session but without the token that only our own pages have."""

    code = "csrf_failed"
    status = 403
    text: ClassVar[str | Promise] = _(
        "A write by a signed-in page needs the CSRF token in the header X-CSRFToken."
    )


class CsrfCheck(CsrfViewMiddleware):
    """Django's own check, without the page it answers with."""

    def failing(self, request: HttpRequest) -> bool:
        """Whether the request may have been forged."""
        self.process_request(request)
        return self.process_view(request, _checked, (), {}) is not None

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:  # noqa: ARG002
        return HttpResponse(status=403)


def _checked(_request: HttpRequest) -> HttpResponse:
    """Stands for the handler, which is exempt of the check that runs before signing in."""
    return HttpResponse()


class Bearer(HttpBearer):
    """An API token in the Authorization header. A wrong one is turned down, whoever else is signed in."""

    openapi_description = "An API token: `xinheng people token`, or POST /api/v1/tokens."

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        """The actor of a valid token; any other refuses the request."""
        actor = access.actor_of_token(token.strip(), on=business_day())
        if actor is None:
            raise AuthenticationError
        return _remember(request, actor, hashlib.sha256(token.strip().encode()).hexdigest())


class Session(SessionAuth):
    """The session cookie of the pages; writes need the CSRF token in the header X-CSRFToken."""

    def _get_key(self, request: HttpRequest) -> str | None:
        return request.COOKIES.get(self.param_name)

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:  # noqa: ARG002
        """The actor of the signed-in person; None refuses the request."""
        if not request.user.is_authenticated:
            return None
        if CsrfCheck(lambda _request: HttpResponse()).failing(request):
            raise CsrfFailed
        if request.user.must_change_password:
            raise PasswordMustChange
        return _remember(request, access.actor_of(request.user, on=business_day(), via="api"), "session")


def _remember(request: HttpRequest, actor: Actor, by: str) -> Actor:
    request.actor, request.signed_by = actor, by  # type: ignore[attr-defined]
    secrecy.mark_by(actor, business_day())
    return actor


def signed_by(request: HttpRequest) -> str:
    """What the request was signed with: the hash of its token, or "session"."""
    by: str = request.signed_by  # type: ignore[attr-defined]
    return by


def actor_of(request: HttpRequest) -> Actor:
    """The actor that signing in found."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
