"""Kept documents page by page, as pictures that carry who looks at them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from xinheng.base.secrecy import services as secrecy
from xinheng.facts.archive import services as archive
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of

WIDTH, MOST_WIDTH = 1100, 2200  # points


def viewer(request: HttpRequest, document: Any, image: Callable[[int], str]) -> dict[str, Any]:
    """What the viewer shows: how many pages, which one is open, and where its picture is.

    image: the address of the picture of a page.
    """
    pages = archive.page_count(document)
    asked = request.GET.get("page", "1")
    page = (
        min(max(int(asked), 1), max(pages, 1))
        if asked.isascii() and asked.isdigit() and len(asked) < 9
        else 1
    )
    return {
        "pages": pages,
        "page": page,
        "image": image(page) if pages else "",
        "before": page - 1 if page > 1 else None,
        "after": page + 1 if page < pages else None,
        "simplified": archive.preview_way(document) == "simplified",
    }


def page_image(request: HttpRequest, document: Any, page: int, subject: str) -> HttpResponse:
    """The picture of one page with the reader's watermark; no cache keeps it."""
    actor, on = actor_of(request), business_day()
    asked = request.GET.get("width", "")
    width = min(int(asked), MOST_WIDTH) if asked.isascii() and asked.isdigit() and len(asked) < 5 else WIDTH
    drawn = archive.show(
        document,
        page,
        actor=actor,
        on=on,
        subject=subject,
        width=width,
        watermark=secrecy.watermark(actor, on),
    )
    answer = HttpResponse(drawn, content_type="image/png")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
