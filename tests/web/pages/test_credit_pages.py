"""The pages of customers, ratings, policies and indicators, over one small company."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.web import credit_world
from xinheng.base.access.models import Person
from xinheng.base.audit.models import Entry
from xinheng.facts.customers.models import Customer
from xinheng.judgements.ratings.models import Run

pytestmark = pytest.mark.django_db
NO = re.compile(r'<td class="xh-nowrap">(C-\d+)</td>')
PART = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The company of credit_world: made once, as it measures and rates for real."""
    with django_db_blocker.unblock():
        credit_world.found()
    yield
    with django_db_blocker.unblock():
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def ask(company: None, db: None, settings: Any) -> Callable[..., Any]:
    """Asks for an address as someone of the company."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    clients: dict[str, Client] = {}

    def get(login: str, address: str, **headers: str) -> Any:
        if login not in clients:
            clients[login] = Client()
            person = Person.objects.get(login=login)
            person.language = headers.pop("language", "en")
            person.save()
            clients[login].force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        if "post" in headers:
            return clients[login].post(address, headers.pop("post"), **headers)
        return clients[login].get(address, **headers)

    return get


def nos(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return NO.findall(answer.content.decode())


def link(answer: Any, rel: str) -> str:
    found = re.search(rf'rel="{rel}"\s+href="([^"]+)"', answer.content.decode())
    assert found, f"no {rel} link"
    return "/customers/" + found[1].replace("&amp;", "&")


def test_the_list_shows_every_customer_once_page_after_page(ask: Any) -> None:
    first = ask("credit", "/customers/")
    second = ask("credit", link(first, "next"))

    assert nos(first) + nos(second) == [f"C-{n:04}" for n in range(1, 61)]
    assert nos(ask("credit", link(second, "prev"))) == nos(first)
