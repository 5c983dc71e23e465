"""The pages of people, roles, units, tokens and the trail: who may, what is refused where, how far they page."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import worlds
from xinheng.base.access import services as access
from xinheng.base.access.models import ApiToken, Person, Unit
from xinheng.base.audit import services as audit
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.runs.services import business_day
from xinheng.web.pages.trail_words import ACTS, differences

pytestmark = pytest.mark.django_db
PASSWORD = "长江-river-2026"
ADDRESSES = ["/people/", "/people/new/", "/people/person/chief/", "/roles/", "/roles/new/", "/organisation/",
             "/tokens/", "/audit/", "/audit/export/"]  # fmt: skip


@pytest.fixture
def on(db: None, settings: Any) -> date:
    """A company with three departments; gives the business day."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    day = business_day()
    worlds.given(_founded, day)
    return day


def _founded(day: date) -> None:
    access.load_shipped_roles(actor=system_actor(), on=day)
    access.create_unit(actor=system_actor(), on=day, code="HQ", name="总部", kind="company")
    for code in ("EAST", "SOUTH"):
        access.create_unit(actor=system_actor(), on=day, code=code, name=code, kind="department", parent="HQ")


@pytest.fixture
def enter(on: date) -> Callable[..., Client]:
    """Someone who holds a role, at the pages."""

    def make(role: str, login: str = "chief", unit: str = "HQ") -> Client:
        person = someone(on, login, role, unit)
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return make


def someone(on: date, login: str, role: str = "salesperson", unit: str = "HQ") -> Person:
    return access.create_person(
        actor=system_actor(), on=on, login=login, name=f"N {login}", password=PASSWORD, role=role,
        unit=unit, language="en",
    )  # fmt: skip


def page(answer: Any, status: int = 200) -> str:
    text: str = answer.content.decode()
    assert answer.status_code == status, text[:3000]
    return text


@pytest.mark.parametrize("address", ADDRESSES)
def test_nobody_comes_in_without_signing_in(on: date, address: str) -> None:
    assert Client().get(address).url.startswith("/login/")


@pytest.mark.req("RR-14")
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_salesperson_is_turned_down_in_words_and_it_is_noted(enter: Any, address: str) -> None:
    text = page(enter("salesperson").get(address), 403)

    assert "You may not do this" in text
    assert Entry.objects.filter(outcome="refused", actor_login="chief").count() == 1


def test_an_auditor_reads_everything_and_is_offered_nothing_to_change(enter: Any, on: date) -> None:
    client = enter("auditor")
    someone(on, "wang")
    for address in ("/people/", "/people/person/wang/", "/roles/", "/organisation/", "/audit/"):
        text = page(client.get(address))
        main = text[text.index('id="content"') :]
        assert main.count('method="post"') == (1 if address == "/audit/" else 0), address
    for address in ("/people/person/wang/deactivate/", "/people/new/", "/roles/new/", "/organisation/"):
        page(client.post(address, {}), 403)
    assert Person.objects.get(login="wang").is_active


def test_who_reaches_a_unit_sees_only_its_people(enter: Any, on: date) -> None:
    access.save_role(
        actor=system_actor(), on=on, code="head", name="主管", name_en="Head", reach="unit",
        permits=["people.*", "tokens.write"],
    )  # fmt: skip
    client = enter("head", unit="EAST")
    someone(on, "east", unit="EAST")
    someone(on, "south", unit="SOUTH")

    text = page(client.get("/people/"))
    assert "N east" in text
    assert "N south" not in text
    page(client.get("/people/person/south/"), 404)
    page(client.post("/people/person/south/deactivate/", {"reason": ""}), 404)
    assert Person.objects.get(login="south").is_active
    south = Unit.objects.get(code="SOUTH")
    page(client.get(f"/organisation/{south.pk}/"), 404)


def test_nobody_gives_what_they_do_not_hold(enter: Any, on: date) -> None:
    access.save_role(
        actor=system_actor(), on=on, code="clerk", name="文员", name_en="Clerk", reach="everything",
        permits=["people.*", "tokens.write"],
    )  # fmt: skip
    client = enter("clerk")
    told = {
        "login": "new",
        "name": "N",
        "role": "administrator",
        "unit": "HQ",
        "password": PASSWORD,
        "language": "en",
    }

    text = page(client.post("/people/new/", told), 422)

    assert "You cannot give or take over rights you do not have yourself" in text
    assert not Person.objects.filter(login="new").exists()
    assert Entry.objects.filter(outcome="refused", act="page.new_person").count() == 1


@pytest.mark.parametrize(
    "told",
    [{}, {"login": "a b"}, {"login": "x" * 151}, {"password": "1"}, {"role": "nobody"}, {"unit": "nowhere"},
     {"language": "xx"}, {"name": "\u202e\x07"}, {"name": " "}],
)  # fmt: skip
def test_nonsense_in_the_form_of_a_person_is_said_beside_it(enter: Any, told: dict[str, str]) -> None:
    usual = {
        "login": "new",
        "name": "N",
        "role": "analyst",
        "unit": "HQ",
        "password": PASSWORD,
        "language": "en",
    }
    sent = {**usual, **told} if told else {}

    page(enter("administrator").post("/people/new/", sent), 422)

    assert Person.objects.count() == 1


@pytest.mark.parametrize(
    "address",
    ["/people/?page=x&state=y&role=%00", "/people/?q=%00%F0%9F%92%A9", "/people/?page=-9",
     "/audit/?before=x&after=-1&from_on=2026-02-31&until_on=x&outcome=?", "/audit/?text=%00'\"%25_",
     "/audit/?before=9999999999999999999999", "/audit/?act=%F0%9F%92%A9*", "/audit/?login=" + "x" * 999],
)  # fmt: skip
def test_nonsense_in_an_address_does_no_harm(enter: Any, address: str) -> None:
    page(enter("administrator").get(address))


@pytest.mark.parametrize(
    ("address", "status"),
    [("/people/person/nobody/", 404), ("/roles/role/nothing/", 404), ("/roles/role/auditor/", 409),
     ("/organisation/999999999999999999999/", 404), ("/people/person/chief/nonsense/", 400)],
)  # fmt: skip
def test_what_is_not_there_is_said_so(enter: Any, address: str, status: int) -> None:
    client = enter("administrator")

    page(client.post(address, {}) if "nonsense" in address else client.get(address), status)


def test_a_token_that_asks_for_more_than_its_person_may_is_refused_beside_the_form(
    enter: Any, on: date
) -> None:
    client = enter("administrator")
    someone(on, "wang")
    told = {"name": "t", "expires_on": on.isoformat(), "login": "wang", "permits": ["people.write"]}

    text = page(client.post("/tokens/", told), 422)

    assert "rights you do not have" in text
    assert not ApiToken.objects.exists()
    page(client.post("/tokens/", {**told, "login": "", "expires_on": "2999-01-01"}), 422)
    assert client.post("/tokens/", {**told, "login": ""})["Cache-Control"] == "no-store"


def entries(on: date, number: int, login: str = "li") -> None:
    actor = Actor(login=login, name="=1+1")
    for at in range(number):
        audit.record(actor=actor, act="customers.rename", subject=f"customer:C-{at}", on=on,
                     before={"name": "a"}, after={"name": f"b{at}"})  # fmt: skip


def test_the_trail_is_read_page_after_page_and_back(enter: Any, on: date) -> None:
    client = enter("auditor")
    entries(on, 120)
    shown, address, pages = [], "/audit/?login=li", []
    while address:
        text = page(client.get(address))
        pages.append(found := re.findall(r">(C-\d+)</a>", text))
        shown += found
        following = re.search(r'rel="next"\s+href="([^"]+)"', text)
        address = "/audit/" + following[1].replace("&amp;", "&") if following else ""
    newer = re.search(r'rel="prev"\s+href="([^"]+)"', text)

    assert shown == [f"C-{at}" for at in reversed(range(120))]
    assert newer
    assert (
        re.findall(r">(C-\d+)</a>", page(client.get("/audit/" + newer[1].replace("&amp;", "&")))) == pages[1]
    )


def test_a_longer_trail_and_more_people_cost_no_more_statements(enter: Any, on: date) -> None:
    client = enter("administrator")
    counts: dict[str, list[int]] = {"/people/": [], "/roles/": [], "/organisation/": [], "/audit/": []}
    for turn in range(2):
        for at in range(5):
            someone(on, f"p{turn}{at}")
        entries(on, 20)
        for address, seen in counts.items():
            with CaptureQueriesContext(connection) as captured:
                page(client.get(address))
            seen.append(len(captured))

    assert all(first == second for first, second in counts.values()), counts


def test_the_trail_leaves_as_a_workbook_without_formulas_and_that_is_on_the_trail(
    enter: Any, on: date
) -> None:
    client = enter("auditor")
    entries(on, 3)

    answer = client.get("/audit/export/?login=li")

    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [row[7] for row in rows] == ["customer:C-2", "customer:C-1", "customer:C-0"]
    assert rows[0][4] == "'=1+1"
    assert Entry.objects.get(act="exports.trail").after == {"login": "li", "rows": 3}


def test_differences_tell_what_changed_first() -> None:
    told = differences(
        {"code": "x", "name": "a", "gone": 1}, {"code": "x", "name": "b", "permits": ["p", "q"]}
    )

    assert [(row["name"], row["before"], row["after"], row["is_same"]) for row in told] == [
        ("name", "a", "b", False),
        ("gone", "1", None, False),
        ("permits", None, "p, q", False),
        ("code", "x", "x", True),
    ]


def test_every_act_on_the_trail_has_words() -> None:
    from tests.architecture.test_house import SOURCE

    written = set()
    for path in SOURCE.rglob("*.py"):
        if "node_modules" not in path.parts:
            written |= set(re.findall(r'\bact="([a-z_]+\.[a-z_]+)"', path.read_text(encoding="utf-8")))

    assert {act for act in written if act not in ACTS and not act.endswith((".read", ".write"))} <= set()
