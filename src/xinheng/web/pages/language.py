"""In which language a page speaks: the person's own, else the cookie's, else Simplified Chinese."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from xinheng.base.access import services as access
from xinheng.web.pages.edge import actor_of, go_to

SPOKEN = dict(settings.LANGUAGES)


class ReaderLanguage:
    """Speaks the reader's language for the length of the request; the API follows Accept-Language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(language_of(request)):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        return response


def language_of(request: HttpRequest) -> str:
    """The code of the language to answer in."""
    if request.path.startswith("/api/"):
        return translation.get_language_from_request(request)
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated and user.language in SPOKEN:
        return str(user.language)
    cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return cookie if cookie in SPOKEN else settings.LANGUAGE_CODE


@require_POST
def switch_language(request: HttpRequest) -> HttpResponse:
    """Speak another language from now on; kept on the person, or in a cookie before signing in."""
    language = request.POST.get("language", "")
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    answer = go_to(request, back)
    if language in SPOKEN:
        if request.user.is_authenticated:
            access.choose_language(actor=actor_of(request), language=language)
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=365 * 24 * 3600,
            samesite="Lax",
            secure=settings.SECURE,
            httponly=True,
        )
    return answer
