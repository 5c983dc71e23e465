"""Where requests come in and refusals are worded: who asks, and what a person reads when turned down."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.refusal import Refusal
from xinheng.base.secrecy import services as secrecy
from xinheng.runs.services import business_day
from xinheng.web.pages import uploading

Arguments = ParamSpec("Arguments")
View = Callable[Concatenate[HttpRequest, Arguments], HttpResponse]
Answer = Callable[[HttpRequest], HttpResponse]


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in person with today's rights; looked up once a request."""
    kept: Actor | None = getattr(request, "_actor", None)
    if kept is None:
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            kept = access.actor_of(user, on=business_day(), via="page")
        else:
            kept = Actor(login="", name="", via="page")
        request._actor = kept  # type: ignore[attr-defined]
    return kept


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asks, for a part of a page."""
    return request.headers.get("HX-Request") == "true"


def go_to(request: HttpRequest, address: str) -> HttpResponse:
    """Send the reader to another page, whether htmx or the browser itself asked."""
    if wants_part(request):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def signed_in(view: View[Arguments]) -> View[Arguments]:
    """Only for people who signed in and whose password is their own."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        if request.user.must_change_password and view.__name__ not in {"change_password", "switch_language"}:
            return go_to(request, reverse("password"))
        return view(request, *args, **kwargs)

    guarded.signed_in = True  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if wants_part(request):
        back = _page_of(request.headers.get("HX-Current-URL", ""))
        return HttpResponse(status=204, headers={"HX-Redirect": redirect_to_login(back).url})
    if request.method != "GET":  # what was sent is lost; the page it was sent from can be opened again
        return redirect_to_login(_page_of(request.headers.get("Referer", "")))
    return redirect_to_login(request.get_full_path())


def _page_of(address: str) -> str:
    """The path and query of an address; signing in checks that it is one of ours."""
    seen = urlsplit(address)
    return f"{seen.path or '/'}?{seen.query}".rstrip("?")


SUBJECTS = {  # what the address of a page names
    "no": "customer",
    "batch_no": "batch",
    "run_id": "run",
    "login": "person",
    "unit_id": "unit",
    "token_id": "token",
    "application_id": "application",
    "batch_id": "limit_batch",
}


class Edge:
    """Words every refusal in the reader's language and writes it on the trail; no browser keeps a page."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/api/"):
            request.GET = without_null_signs(request.GET)  # type: ignore[assignment]
        with secrecy.marked(_taker(request), business_day()):
            response = self.get_response(request)
        if uploading.is_one_file(request):
            return uploading.told(request, response)
        if response.status_code == 405 and not request.path.startswith("/api/"):
            response = trouble(request, status=405, text=_("This address only takes what its page sends."))
        if request.user.is_authenticated:  # nor does it show one again after signing out
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal of a page; everything else, and the API, goes on."""
        if not isinstance(exception, Refusal) or request.path.startswith("/api/"):
            return None
        return refused(request, exception)


def _taker(request: HttpRequest) -> Actor:
    """Who takes what is exported in this request; a token of the API tells it later."""
    person = request.user
    return Actor(person.login, person.name) if person.is_authenticated else Actor("", "")


def without_null_signs(asked: QueryDict) -> QueryDict:
    """What is asked or sent; no database takes a null sign, and nobody means one."""
    if "\x00" not in "".join(value for values in asked.lists() for value in values[1]):
        return asked
    plain = asked.copy()
    for name, values in asked.lists():
        plain.setlist(name, [value.replace("\x00", "") for value in values])
    return plain


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Write the refusal on the trail and answer with what was refused, why, and what to do next."""
    note(request, refusal)
    return trouble(request, status=refusal.status, text=str(refusal), code=refusal.code)


def note(request: HttpRequest, refusal: Refusal) -> None:
    """Write a refusal of a page on the trail; also for those that are said beside their form."""
    uploading.refused(request, refusal)
    match = request.resolver_match
    audit.record_refusal(
        actor=actor_of(request),
        act=str(refusal.params.get("act") or f"page.{match.view_name if match else 'unknown'}"),
        subject=str(refusal.params.get("subject") or _subject(request))[:200],
        on=business_day(),
        refusal=refusal,
    )


def _subject(request: HttpRequest) -> str:
    named = request.resolver_match.kwargs if request.resolver_match else {}
    return next((f"{kind}:{named[name]}" for name, kind in SUBJECTS.items() if name in named), request.path)


def trouble(request: HttpRequest, *, status: int, text: str, code: str = "") -> HttpResponse:
    """A page, or a note for htmx, that says what went wrong and what to do next."""
    told = {
        "status": status,
        "text": text,
        "code": code,
        "heading": _heading(status),
        "advice": _advice(status),
    }
    if code == "form_expired":
        told["heading"], told["advice"] = _("The page has expired"), _("Nothing was changed.")
    if wants_part(request):
        answer = render(request, "errors/note.html", told, status=status)
        answer["HX-Retarget"], answer["HX-Reswap"] = "#toasts", "beforeend"
        return answer
    return render(request, "errors/page.html", told, status=status)


def _heading(status: int) -> str:
    headings: dict[int, str] = {
        403: _("You may not do this"),
        404: _("Nothing is here"),
        405: _("Nothing to see here"),
        409: _("This cannot be done now"),
        413: _("The file is too large"),
        429: _("Too many attempts"),
        500: _("Something went wrong on our side"),
    }
    return headings.get(status, _("The request was refused"))


def _advice(status: int) -> str:
    advice: dict[int, str] = {
        403: _("If your work needs it, ask an administrator for the right. The attempt was noted."),
        404: _("Check the number or the address, or search at the top of the page."),
        405: _("Open the page it belongs to and use the button there."),
        409: _("Go back, look at what is there now, and decide again."),
        413: _("Split the file, or send it as Parquet, and try again."),
        429: _("Wait until the time named, or ask an administrator."),
        500: _("Nothing was changed. Try again; if it happens again, tell an administrator the time."),
    }
    return advice.get(status, _("Go back and correct what is named above."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """The page for an address that does not exist."""
    return trouble(request, status=404, text=_("There is no page at this address."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """The page for what the server itself refuses."""
    return trouble(request, status=403, text=_("The server refused the request."))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """The page for a request that cannot be read."""
    return trouble(request, status=400, text=_("The request could not be read."))


def failed(request: HttpRequest) -> HttpResponse:
    """The page for our own mistakes; needs neither database nor session."""
    told = {"status": 500, "text": "", "heading": _heading(500), "advice": _advice(500)}
    if wants_part(request):
        answer = render(None, "errors/note.html", {**told, "text": told["advice"]}, status=500)
        answer["HX-Retarget"], answer["HX-Reswap"] = "#toasts", "beforeend"
        return answer
    return render(None, "errors/bare.html", told, status=500)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """The page for a form whose token does not fit (CSRF)."""
    from xinheng.web.pages.errors import FormExpired

    return refused(request, FormExpired())
