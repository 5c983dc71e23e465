"""Files sent one after another by the page itself: each answered with what became of it.

The form works as any other where no script runs. Where one does, it sends its files singly with the header
X-Upload, and is told in a few words instead of a page whether this file was kept.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from xinheng.base.kernel.refusal import Refusal

HEADER = "X-Upload"


def is_one_file(request: HttpRequest) -> bool:
    """Whether a script sends one file of several."""
    return request.method == "POST" and request.headers.get(HEADER) == "one"


def refused(request: HttpRequest, refusal: Refusal) -> None:
    """Remember why, for the answer."""
    request._why_not = str(refusal)  # type: ignore[attr-defined]


def told(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """What became of the file: kept where the page would have gone on, else why not."""
    why: str = getattr(request, "_why_not", "")
    if response.status_code in (301, 302, 303) and not why:
        list(messages.get_messages(request))  # said in the list of files, not again on the next page
        return JsonResponse({"kept": True, "words": _("file kept"), "next": response.headers["Location"]})
    words = why or _("The file was not kept. Check the other fields of the form.")
    status = response.status_code if response.status_code >= 400 else 422
    return JsonResponse({"kept": False, "words": words}, status=status)
