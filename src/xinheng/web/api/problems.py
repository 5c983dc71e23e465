"""Every refusal of the API as a problem document (RFC 9457), in the reader's language."""

from __future__ import annotations

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from xinheng.base.audit import services as audit
from xinheng.base.kernel.refusal import Refusal
from xinheng.runs.services import business_day

log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"


class FieldProblem(Schema):
    """One field of a request that could not be read."""

    field: str
    cause: str


class Problem(Schema):
    """Why a request was refused. code: stable, for programs; detail: words, for people."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    params: dict[str, Any] = {}
    fields: list[FieldProblem] = []


PROBLEMS = {400: Problem, 401: Problem, 403: Problem, 404: Problem, 409: Problem, 422: Problem}


def answer(status: int, code: str, detail: str, **more: Any) -> HttpResponse:
    """A problem document as a response."""
    titles = {
        400: _("The request is wrong"),
        401: _("Not signed in"),
        403: _("Not allowed"),
        404: _("Not found"),
        409: _("Refused by a rule"),
        422: _("The request is incomplete"),
        500: _("Something failed"),
    }
    body = {
        "type": f"urn:xinheng:problem:{code}",
        "title": titles.get(status, _("Refused by a rule")),
        "status": status,
        "code": code,
        "detail": detail,
        **more,
    }
    response = JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    response["Content-Type"] = MEDIA_TYPE
    return response


def install(api: NinjaAPI) -> None:
    """Word refusals, wrong requests and failures at one place."""

    @api.exception_handler(Refusal)
    def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
        actor = getattr(request, "actor", None)
        if actor is not None:
            audit.record_refusal(
                actor=actor,
                act=str(refusal.params.get("act") or f"api.{request.method} {request.path}")[:80],
                subject=str(refusal.params.get("subject") or "")[:200],
                on=business_day(),
                refusal=refusal,
            )
        params = {name: str(value) for name, value in refusal.params.items()}
        return answer(refusal.status, refusal.code, str(refusal), params=params)

    @api.exception_handler(ValidationError)
    def invalid(_request: HttpRequest, problem: ValidationError) -> HttpResponse:
        fields = [
            {"field": ".".join(str(part) for part in error["loc"][1:]) or "body", "cause": error["msg"]}
            for error in problem.errors
        ]
        return answer(422, "request_invalid", _("Some fields cannot be read."), fields=fields)

    @api.exception_handler(AuthenticationError)
    def unknown(_request: HttpRequest, _problem: AuthenticationError) -> HttpResponse:
        response = answer(401, "not_signed_in", _("Send a valid token as `Authorization: Bearer …`."))
        response["WWW-Authenticate"] = 'Bearer realm="xinheng"'
        return response

    @api.exception_handler(HttpError)
    def wrong(_request: HttpRequest, problem: HttpError) -> HttpResponse:
        return answer(problem.status_code, "request_wrong", str(problem))

    @api.exception_handler(Exception)
    def failed(_request: HttpRequest, problem: Exception) -> HttpResponse:
        log.error("request failed", exc_info=problem)
        return answer(
            500, "failed", _("The request failed and nothing was changed. The cause is in the server's log.")
        )
