"""Every refusal of the API as a problem document (RFC 9457), in the reader's language."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from xinheng.base.audit import services as audit
from xinheng.base.kernel.refusal import Refusal
from xinheng.runs.services import business_day
from xinheng.web.api.reading import TextUnreadable, is_readable

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


# of each operation: all are of one shape, which the description adds
PROBLEMS = dict.fromkeys((400, 401, 403, 404, 406, 409, 413, 415, 422, 500, 501, 503))


def answer(status: int, code: str, detail: str, **more: Any) -> HttpResponse:
    """A problem document as a response."""
    titles = {
        400: _("The request is wrong"),
        401: _("Not signed in"),
        403: _("Not allowed"),
        404: _("Not found"),
        405: _("Not possible here"),
        406: _("Not to be had in this form"),
        409: _("Refused by a rule"),
        413: _("Too large"),
        415: _("Not sent in this form"),
        422: _("The request is incomplete"),
        500: _("Something failed"),
        503: _("Not ready"),
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
    handlers: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
        Refusal: _refused,
        ValidationError: _invalid,
        AuthenticationError: _unknown,
        HttpError: _wrong,
        RequestDataTooBig: _too_large,
        TooManyFieldsSent: _too_large,
        SuspiciousOperation: _unreadable,
        MultiPartParserError: _unreadable,
        TextUnreadable: _unreadable,
        OperationalError: _not_ready,
        InterfaceError: _not_ready,
        Exception: _failed,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    actor = getattr(request, "actor", None)
    if actor is not None:
        match = request.resolver_match
        audit.record_refusal(
            actor=actor,
            act=str(refusal.params.get("act") or f"api.{match.url_name if match else request.method}"),
            subject=str(refusal.params.get("subject") or request.path)[:200],
            on=business_day(),
            refusal=refusal,
        )
    params = {name: _plain(value) for name, value in refusal.params.items()}
    return answer(refusal.status, refusal.code, str(refusal), params=params)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return str(value)


def _invalid(_request: HttpRequest, problem: ValidationError) -> HttpResponse:
    fields = [{"field": _place(error), "cause": _cause(error)} for error in problem.errors]
    return answer(422, "request_invalid", _("Some fields cannot be read."), fields=fields)


def _place(error: Any) -> str:
    """The field as the sender wrote it: without the words that only name our own parts."""
    named = [str(part) for part in error["loc"][1:] if part not in {"body", "asked", "told"}]
    if field := error.get("ctx", {}).get("field"):
        named.append(field)
    return ".".join(named) or "body"


def _cause(error: Any) -> str:
    """What is wrong with a field, in the reader's language where the cause is a common one."""
    told = error.get("ctx", {})
    causes = {
        "missing": _("it is required"),
        "string_type": _("it must be text"),
        "string_too_long": _("it is longer than %(max_length)s characters"),
        "string_too_short": _("it is shorter than %(min_length)s characters"),
        "string_pattern_mismatch": _("it is not written as expected (%(pattern)s)"),
        "literal_error": _("it must be one of %(expected)s"),
        "int_parsing": _("it must be a whole number"),
        "int_type": _("it must be a whole number"),
        "int_from_float": _("it must be a whole number"),
        "bool_parsing": _("it must be true or false"),
        "bool_type": _("it must be true or false"),
        "decimal_parsing": _("it must be a number"),
        "decimal_type": _("it must be a number"),
        "decimal_max_digits": _("it has too many digits"),
        "decimal_max_places": _("it has too many decimals"),
        "greater_than_equal": _("it must be at least %(ge)s"),
        "less_than_equal": _("it must be at most %(le)s"),
        "less_than": _("it must be less than %(lt)s"),
        "list_type": _("it must be a list"),
        "dict_type": _("it must be an object"),
        "model_attributes_type": _("it must be an object"),
        "model_type": _("it must be an object"),
        "extra_forbidden": _("there is no such field"),
        "amount_places": _("amounts in %(currency)s have at most %(places)s decimals"),
        "days_reversed": _("it lies before %(first)s"),
        "date_from_datetime_parsing": _("there is no such day"),
        "date_parsing": _("there is no such day"),
    }
    words = causes.get(error["type"])
    if words is None:
        return str(error["msg"]).removeprefix("Value error, ")
    return words % told if "%(" in words else words


def _unknown(_request: HttpRequest, _problem: AuthenticationError) -> HttpResponse:
    response = answer(401, "not_signed_in", _("Send a valid token as `Authorization: Bearer …`."))
    response["WWW-Authenticate"] = 'Bearer realm="xinheng"'
    return response


def _wrong(_request: HttpRequest, problem: HttpError) -> HttpResponse:
    cause = problem.__cause__
    if isinstance(cause, RequestDataTooBig):
        return _too_large(_request, cause)
    return _by_status(problem.status_code, str(problem))


def _too_large(_request: HttpRequest, _problem: Exception) -> HttpResponse:
    return _by_status(413)


def _unreadable(_request: HttpRequest, _problem: Exception) -> HttpResponse:
    return _by_status(400)


def _not_ready(_request: HttpRequest, problem: Exception) -> HttpResponse:
    log.error("database not ready", exc_info=problem)
    return _by_status(503)


def _failed(_request: HttpRequest, problem: Exception) -> HttpResponse:
    log.error("request failed", exc_info=problem)
    return _by_status(500)


def _by_status(status: int, kinds: str = "") -> HttpResponse:
    """What is said where no rule of ours refused, but the request never came to one."""
    told = {
        400: ("request_unreadable", _("The request cannot be read.")),
        403: ("forbidden", _("The server refused the request.")),
        404: ("address_unknown", _("The API has nothing at this address.")),
        405: ("method_not_allowed", _("This cannot be done at this address.")),
        406: ("not_acceptable", _("This address answers as %(kinds)s only.") % {"kinds": kinds}),
        413: ("request_too_large", _("The request is too large.")),
        415: ("media_type_unsupported", _("Send the body as %(kinds)s.") % {"kinds": kinds}),
        500: (
            "failed",
            _("The request failed and nothing was changed. The cause is in the server's log."),
        ),
        503: ("not_ready", _("The database is busy or cannot be reached. Try again in a moment.")),
    }
    code, detail = told.get(status, told[400] if status < 500 else told[500])
    return answer(status, code, detail)


@csrf_exempt
def unknown_address(_request: HttpRequest) -> HttpResponse:
    """Whatever else is asked for below /api/."""
    return _by_status(404)


class ProblemsOnly:
    """Under /api/ nothing but the API's own words goes out: what Django refuses becomes a problem, too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/api/"):
            return self.get_response(request)
        with translation.override(translation.get_language_from_request(request)):
            asked = (request.path, *request.GET.keys())
            response = self.get_response(request) if all(map(is_readable, asked)) else _by_status(400)
            if response.status_code >= 400 and response.headers.get("Content-Type") != MEDIA_TYPE:
                kept = {name: response[name] for name in ("Allow", "Retry-After") if name in response}
                response = _by_status(response.status_code)
                for name, value in kept.items():
                    response[name] = value
            response.headers.setdefault("Content-Language", translation.get_language())
        response.headers.setdefault("Cache-Control", "no-store")
        patch_vary_headers(response, ["Accept-Language", "Authorization", "Cookie"])
        return response
