"""A live server, a real Chromium, and people who sign in."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests import worlds
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.kernel.actors import system_actor
from xinheng.runs.services import business_day

PASSWORD = "长江-river-2026"
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
]
DIST = Path(__file__).resolve().parents[2] / "src" / "xinheng" / "web" / "static" / "dist"
SHOTS = Path(os.environ.get("XINHENG_SHOTS") or tempfile.gettempdir()) / "xinheng-shots"
SignIn = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the whole run."""
    names = ("chromium", "chromium-browser", "google-chrome")
    program = next((path for name in names if (path := shutil.which(name))), None)
    assert program, "no Chromium on this machine: make .make/browser installs it"
    assert (DIST / "app.js").exists(), "the pages' assets are not built: make .make/assets builds them"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps an event loop in this thread
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=SWITCHES)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def plain_static(settings: Any) -> None:
    """Serve the built files as they lie in the source tree, without collecting them."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def organisation(transactional_db: None) -> date:
    """A company with its shipped roles; gives the business day."""
    on = business_day()
    worlds.given(_founded, on)
    return on


def _founded(on: date) -> None:
    access.load_shipped_roles(actor=system_actor(), on=on)
    access.create_unit(actor=system_actor(), on=on, code="HQ", name="信衡贸易公司", kind="company")


@pytest.fixture
def person(organisation: date) -> Callable[..., Person]:
    """Makes someone who holds one role."""

    def make(role: str, login: str = "", **more: Any) -> Person:
        return access.create_person(
            actor=system_actor(),
            on=organisation,
            login=login or role.replace("_", "."),
            name=more.pop("name", "林晓"),
            password=PASSWORD,
            role=role,
            unit="HQ",
            **more,
        )

    return make


@pytest.fixture
def context(chromium: Browser, live_server: Any, plain_static: None) -> Iterator[BrowserContext]:
    """A window of its own, at the width of a small desk."""
    with chromium.new_context(
        base_url=live_server.url, viewport={"width": 1280, "height": 800}, locale="en-US"
    ) as context:
        context.set_default_timeout(15_000)
        yield context


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page whose scripts may not complain: an error or a breach of the content policy fails the test."""
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    page = context.new_page()
    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    page.goto("about:blank")  # nothing is asked of the server any more when the tables are emptied
    assert complaints == []


@pytest.fixture
def signed_in(page: Page, person: Callable[..., Person], live_server: Any) -> SignIn:
    """Opens the pages as someone who holds a role."""

    def sign_in(role: str, **more: Any) -> Page:
        client = Client()
        client.force_login(person(role, **more), backend="django.contrib.auth.backends.ModelBackend")
        page.context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
        )
        return page

    return sign_in


@pytest.fixture
def screenshot(page: Page) -> Callable[[str], None]:
    """Keeps pictures of the page, on a desk and on a phone, outside the repository."""

    def take(name: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        for width, height in ((1280, 800), (390, 844)):
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(150)
            path = SHOTS / f"{re.sub(r'[^a-z0-9-]', '-', name)}-{width}.png"
            page.screenshot(path=path, full_page=True)
        page.set_viewport_size({"width": 1280, "height": 800})

    return take
