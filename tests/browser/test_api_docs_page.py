"""The documentation page in a real browser: drawn, without a word to another server or a broken rule."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("plain_static")
def test_the_documentation_is_drawn_from_here_alone(chromium: Browser, live_server: Any) -> None:
    page = chromium.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))

    page.goto(f"{live_server.url}/api/v1/docs")
    page.wait_for_selector(".opblock", timeout=60_000)

    assert page.locator(".opblock").count() > 90
    page.locator(".opblock").first.click()
    page.wait_for_selector(".opblock-body")
    assert [url for url in asked if not url.startswith((live_server.url, "data:"))] == []
    assert said == []
    page.close()
