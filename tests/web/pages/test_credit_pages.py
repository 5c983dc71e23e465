"""The pages of customers, ratings, policies and indicators, over one small company."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import worlds
from tests.web import credit_world
from xinheng.base.access.models import Person
from xinheng.base.audit.models import Entry
from xinheng.facts.customers.models import Customer
from xinheng.judgements.ratings.models import Run

pytestmark = pytest.mark.django_db
NO = re.compile(r'<td class="[a-z -]*xh-nowrap">(C-\d+)</td>')
PART = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The company of credit_world: made once, as it measures and rates for real."""
    with django_db_blocker.unblock():
        credit_world.found()
    yield
    with django_db_blocker.unblock():
        worlds.empty()


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


@pytest.mark.parametrize(
    "sort", ["no", "-no", "name", "industry", "region", "salesperson", "grade", "-grade"]
)
def test_every_order_shows_all_who_have_a_place_in_it_once(ask: Any, sort: str) -> None:
    first = ask("credit", f"/customers/?sort={sort}")
    rest = nos(ask("credit", link(first, "next"))) if 'rel="next"' in first.content.decode() else []

    shown = nos(first) + rest
    assert len(shown) == len(set(shown))
    assert len(shown) == {"grade": 49, "-grade": 49}.get(sort, 60)


def test_a_walk_through_the_index_gives_the_same_as_sorting_the_few(ask: Any, monkeypatch: Any) -> None:
    keys = ["no", "name", "industry", "region", "salesperson", "grade", "balance", "overdue", "turnover"]
    filters = ["", "&region=上海", "&grade=B&section=F", "&overdue=1&unit=EAST", "&person=li&size=micro"]
    addresses = [
        f"/customers/?sort={'-' if (place + turn) % 2 else ''}{key}{filters[(place + turn * 2) % 5]}"
        for place, key in enumerate(keys)
        for turn in range(3)
    ]
    few = {address: nos(ask("credit", address)) for address in addresses}
    monkeypatch.setattr("xinheng.reports.listing.FEW", 0)
    monkeypatch.setattr("xinheng.reports.listing.PAGE", 13)

    for address in addresses:
        page, walked = ask("credit", address), []
        while True:
            walked += nos(page)
            if 'rel="next"' not in page.content.decode() or len(walked) > 100:
                break
            page = ask("credit", link(page, "next"))
        assert walked[:50] == few[address], address
        before = nos(ask("credit", link(page, "prev"))) if 'rel="prev"' in page.content.decode() else []
        assert before == walked[-13 - len(nos(page)) : -len(nos(page)) or None][-13:] or len(walked) <= 13, (
            address
        )


@pytest.mark.req("RR-14")
def test_a_salesperson_sees_own_customers_and_no_hint_of_others(ask: Any) -> None:
    assert set(nos(ask("wang", "/customers/"))) == {f"C-{n:04}" for n in range(1, 61, 2)}
    assert nos(ask("wang", "/customers/?q=C-0002")) == []
    assert nos(ask("wang", "/customers/?person=li")) == []

    others = ask("wang", "/customers/file/C-0002/")
    missing = ask("wang", "/customers/file/C-9999/")

    assert others.status_code == missing.status_code == 404
    same = [page.content.decode().replace(no, "") for page, no in ((others, "C-0002"), (missing, "C-9999"))]
    assert re.sub(r"csrf[^>]*>", "", same[0]) == re.sub(r"csrf[^>]*>", "", same[1])
    assert Entry.objects.filter(actor_login="wang", outcome="refused").count() == 2


@pytest.mark.parametrize(
    "tab", ["why", "indicators", "payments", "business", "file", "parties", "assessments", "history"]
)
def test_no_tab_shows_a_customer_out_of_reach(ask: Any, tab: str) -> None:
    assert ask("wang", f"/customers/file/C-0002/?tab={tab}", **PART).status_code == 404


def test_a_run_counts_for_a_salesperson_only_own_customers(ask: Any) -> None:
    run = Run.objects.latest("as_of")

    assert b"30 customers within your reach" in ask("wang", f"/ratings/{run.pk}/").content
    assert b"60 customers within your reach" in ask("credit", f"/ratings/{run.pk}/").content
    assert set(nos(ask("wang", f"/ratings/{run.pk}/customers/?grade=B"))) <= {
        f"C-{n:04}" for n in range(1, 61, 2)
    }


def test_who_may_not_see_ratings_or_figures_gets_the_list_without_them(ask: Any) -> None:
    page = ask("archive", "/customers/?sort=-overdue&grade=C&overdue=1")

    assert nos(page)[0] == "C-0001"  # neither filtered nor sorted by what may not be seen
    text = page.content.decode()
    assert "xh-grade" not in text
    assert "Balance" not in text


@pytest.mark.parametrize(
    "address", ["/customers/", "/customers/?sort=-overdue", "/customers/?grade=B&sort=name"]
)
def test_a_longer_list_costs_no_more_statements(ask: Any, monkeypatch: Any, address: str) -> None:
    ask("credit", address)
    counts = []
    for rows in (2, 40):
        monkeypatch.setattr("xinheng.reports.listing.PAGE", rows)
        with CaptureQueriesContext(connection) as seen:
            assert len(nos(ask("credit", address))) == rows
        counts.append(len(seen))

    assert counts[0] == counts[1]


def test_the_customer_page_costs_few_statements(ask: Any) -> None:
    ask("credit", "/customers/file/C-0005/")
    with CaptureQueriesContext(connection) as seen:
        ask("credit", "/customers/file/C-0005/")

    assert len(seen) <= 12


def test_what_is_not_measured_is_said_and_never_a_zero(ask: Any) -> None:
    page = ask("credit", "/customers/?sort=-balance").content.decode()

    assert "6 not measured yet, not in this order" in page
    lacking = nos(ask("credit", "/customers/?lacking=balance"))
    assert lacking == ["C-0010", "C-0020", "C-0030", "C-0040", "C-0050", "C-0060"]
    assert "not measured" in ask("credit", "/customers/file/C-0010/").content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "q=%00", "q=" + "x" * 5000, "q=%25_'\"", "sort=nonsense", "sort=-", "after=abc", "after=-1",
        "after=99999999999999999999", "before=0", "grade=Z", "section=??", "unit=nowhere", "person=nobody",
        "lacking=nonsense", "overdue=maybe", "size=huge", "status=gone", "region=" + "火" * 500, "q=%F0%9F%92%A9",
    ],
)  # fmt: skip
def test_nonsense_in_the_address_does_no_harm(ask: Any, query: str) -> None:
    assert ask("credit", f"/customers/?{query}").status_code == 200
    assert ask("credit", f"/customers/sizes/?{query}").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/customers/file/C-0001/?as_of=nonsense", "/customers/file/C-0001/?as_of=2026-02-31",
        "/customers/file/C-0001/?as_of=0001-01-01", "/customers/file/C-0001/?as_of=9999-12-31",
        "/customers/file/C-0001/?tab=nonsense", "/customers/file/C-0001/?tab=payments&after=nonsense",
    ],
)  # fmt: skip
def test_a_day_or_tab_that_is_none_falls_back(ask: Any, address: str) -> None:
    assert ask("credit", address).status_code == 200
    assert ask("credit", address, **PART).status_code == 200


def test_the_export_holds_every_matching_row_and_is_on_the_trail(ask: Any) -> None:
    answer = ask("credit", "/customers/export/?section=F")

    page = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    rows = list(page.iter_rows(min_row=2, values_only=True))
    assert {row[0] for row in rows} == {f"C-{n:04}" for n in range(4, 61, 4)}
    assert all(isinstance(row[16], int | float) or row[0] in ("C-0020", "C-0040", "C-0060") for row in rows)
    entry = Entry.objects.get(act="exports.customers")
    assert (entry.actor_login, entry.after) == ("credit", {"section": "F", "rows": 15})


def test_an_export_in_a_measured_order_ends_with_those_not_measured(ask: Any) -> None:
    page = openpyxl.load_workbook(
        io.BytesIO(ask("credit", "/customers/export/?sort=-balance").content)
    ).worksheets[0]

    shown = [row[0] for row in page.iter_rows(min_row=2, values_only=True)]
    assert len(shown) == 60
    assert shown[-6:] == ["C-0010", "C-0020", "C-0030", "C-0040", "C-0050", "C-0060"]


def test_a_name_that_looks_like_a_formula_leaves_as_text(ask: Any) -> None:
    page = openpyxl.load_workbook(
        io.BytesIO(ask("credit", "/customers/export/?q=C-0002").content)
    ).worksheets[0]

    assert page["B2"].value == "'=1+1东方有限公司"


def test_an_export_keeps_to_the_scope(ask: Any) -> None:
    page = openpyxl.load_workbook(io.BytesIO(ask("wang", "/customers/export/").content)).worksheets[0]

    assert {row[0] for row in page.iter_rows(min_row=2, values_only=True)} == {
        f"C-{n:04}" for n in range(1, 61, 2)
    }


@pytest.mark.req("RR-14")
def test_an_id_number_is_masked_on_page_and_export_for_who_may_not_see_it(ask: Any) -> None:
    Customer.objects.filter(no="C-0003").update(kind="person", id_number="11010519491231002X")

    for login, shown in (("wang", "1101**********002X"), ("credit", "11010519491231002X")):
        assert shown in ask(login, "/customers/file/C-0003/").content.decode()
        content = ask(login, "/customers/export/?q=C-0003").content
        assert openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]["E2"].value == shown


def test_a_run_goes_to_excel_with_grades_tables_and_hashes(ask: Any) -> None:
    run = Run.objects.latest("as_of")

    book = openpyxl.load_workbook(io.BytesIO(ask("credit", f"/ratings/{run.pk}/export/").content))

    assert len(book.worksheets) == 4
    assert book.worksheets[0].max_row == 61
    notes = dict(row for row in book.worksheets[3].iter_rows(values_only=True))
    assert notes["Hash of the results"] == run.results_sha256


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(
    "tab", ["why", "indicators", "payments", "business", "file", "parties", "assessments", "history"]
)
def test_every_tab_speaks_both_languages(ask: Any, tab: str, language: str) -> None:
    answer = ask("credit", f"/customers/file/C-0005/?tab={tab}", language=language, **PART)

    assert answer.status_code == 200
    assert 'id="customer-tabs"' in answer.content.decode()


def test_the_page_of_a_past_day_shows_that_day(ask: Any) -> None:
    early, late = credit_world.DAYS
    page = ask("credit", f"/customers/file/C-0007/?tab=payments&as_of={early}", **PART).content.decode()

    assert f"Ageing as of {early}" in page
    assert "B-7-27" not in page  # billed later
    assert str(early) in ask("credit", f"/customers/file/C-0007/?as_of={early}").content.decode()
    assert f"as of {late}" in ask("credit", "/customers/file/C-0007/").content.decode()


@pytest.mark.req("RR-10")
def test_a_run_is_computed_again_to_the_same_result(ask: Any) -> None:
    run = Run.objects.latest("as_of")

    assert "The same result" in ask("credit", f"/ratings/{run.pk}/replay/", post={}).content.decode()


def test_a_like_name_is_shown_before_a_second_file_is_opened(ask: Any) -> None:
    name = Customer.objects.get(no="C-0004").name
    told = {"kind": "company", "name": name, "no": "C-NEW", "channel": "customer"}

    shown = ask("credit", "/customers/new/", post=told)
    assert "Customers of a like name exist" in shown.content.decode()
    assert not Customer.objects.filter(no="C-NEW").exists()

    opened = ask("credit", "/customers/new/", post=told | {"despite_like_names": "on"})
    assert opened.status_code == 302
    assert Customer.objects.filter(no="C-NEW", name=name).exists()


def test_the_same_number_is_refused(ask: Any) -> None:
    told = {"kind": "company", "name": "独一无二有限公司", "no": "C-0004", "channel": "customer"}

    refused = ask("credit", "/customers/new/", post=told)
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["no"]
    assert not Customer.objects.filter(name="独一无二有限公司").exists()


@pytest.mark.req("RR-13", "ADV-02")
@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "（）"}, "name"),
        ({"uscc": "91350100M000100Y44"}, "uscc"),
        ({"org_code": "D2143569-0"}, "org_code"),
        ({"id_number": "11010519491231002X"}, "id_number"),
        ({"kind": "person", "id_number": "110105194912310021"}, "id_number"),
        ({"industry": "Z99"}, "industry"),
        ({"founded_on": "2999-01-01"}, "founded_on"),
        ({"employees": "-1"}, "employees"),
        ({"revenue_minor": "-1"}, "revenue_minor"),
        ({"assets_minor": "很多"}, "assets_minor"),
        ({"parent_no": "C-NONE"}, "parent_no"),
        ({"channel": ""}, "channel"),
        ({"channel": "other"}, "source"),
        ({"unit_code": "NOWHERE"}, "unit_code"),
    ],
)
def test_a_file_that_cannot_be_opened_says_which_field_is_wrong(
    ask: Any, told: dict[str, str], field: str
) -> None:
    right = {"kind": "company", "name": "全新贸易有限公司", "no": "C-BAD", "channel": "customer"}

    refused = ask("credit", "/customers/new/", post=right | told)
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == [field]
    assert not Customer.objects.filter(no="C-BAD").exists()


def test_a_file_is_opened_with_all_that_is_told_of_it(ask: Any) -> None:
    told = {
        "kind": "company", "name": "全新电子有限公司", "uscc": "91350100M000100Y43", "industry": "C3911", "is_supplier": "on",
        "former_names": "旧电子厂；更旧电子厂", "employees": "300", "revenue_minor": "20,000,000.00", "assets_minor": "5000000",
        "parent_no": "C-0005", "unit_code": "SOUTH", "person_login": "li", "channel": "registry", "source": "公示系统",
        "nature": "private", "founded_on": "2010-05-04",
    }  # fmt: skip
    opened = ask("credit", "/customers/new/", post=told)
    assert opened.status_code == 302, opened.context["form"].errors

    kept = Customer.objects.get(uscc="91350100M000100Y43")
    assert (kept.size_class, kept.industry, kept.industry_section) == ("medium", "3911", "C")
    assert (kept.revenue_minor, kept.assets_minor, kept.employees) == (2_000_000_000, 500_000_000, 300)
    assert (kept.parent.no if kept.parent else "", kept.channel, kept.source) == (
        "C-0005",
        "registry",
        "公示系统",
    )
    assert kept.no in ask("li", "/customers/?q=更旧电子").content.decode()


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("post", "/customers/new/"), ("get", "/ratings/start/"), ("post", "/customers/file/C-0001/assess/"),
        ("post", "/ratings/start/"),
    ],
)  # fmt: skip
def test_a_reader_changes_nothing(ask: Any, method: str, address: str) -> None:
    more = {
        "post": {
            "kind": "company",
            "name": "x",
            "question": "staff",
            "value": "1",
            "assessed_on": "2026-06-30",
        }
    }

    assert ask("auditor", address, **(more if method == "post" else {})).status_code in (400, 403)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_policy_reads_as_a_rule_book(ask: Any, language: str) -> None:
    listed = ask("credit", "/policies/", language=language).content.decode()
    addresses = set(re.findall(r'href="(/policies/(?!adopt/)[a-z]+/[^/"]+/)"', listed))

    assert len(addresses) >= 4
    for address in addresses:
        page = ask("credit", address).content.decode()
        assert 'id="policy-text"' in page
        assert "xh-mark" in page


def test_a_run_is_confirmed_before_it_is_queued(ask: Any, monkeypatch: Any) -> None:
    queued: list[Any] = []
    monkeypatch.setattr(
        "xinheng.web.pages.ratings.runs.enqueue_rating", lambda *told: queued.append(told) or "job-1"
    )
    told = {"policy": "adv", "as_of": "2026-06-30"}

    assert "Rate all customers by" in ask("credit", "/ratings/start/", post=told).content.decode()
    assert queued == []
    sent = ask("credit", "/ratings/start/", post=told | {"confirmed": "1"})
    assert sent.url == "/ratings/progress/job-1/"
    assert [str(part) for part in queued[0]] == ["adv", "2026-06-30", "credit"]


@pytest.mark.parametrize("day", ["", "nonsense", "2999-01-01", "2026-02-30"])
def test_a_run_needs_a_day_that_can_be(ask: Any, day: str) -> None:
    assert ask("credit", "/ratings/start/", post={"policy": "adv", "as_of": day}).status_code == 400


@pytest.mark.parametrize(
    "address", ["/ratings/99999/", "/policies/none/1/", "/policies/adv/none/", "/ratings/99999/customers/"]
)
def test_what_does_not_exist_is_said_so(ask: Any, address: str) -> None:
    assert ask("credit", address).status_code == 404


def test_whom_a_typed_text_means_comes_first_until_an_order_is_chosen(ask: Any) -> None:
    for no, name in (("Z-9", "机电"), ("Z-8", "机电城")):
        told = {"kind": "company", "name": name, "no": no, "channel": "customer"}
        assert ask("credit", "/customers/new/", post=told).status_code == 302
    row = re.compile(r'<td class="[a-z -]*xh-nowrap">([CZ]-\d+)</td>')

    def shown(address: str) -> list[str]:
        return row.findall(ask("credit", address).content.decode())

    assert shown("/customers/?q=機電")[:3] == ["Z-9", "Z-8", "C-0001"]
    assert shown("/customers/?q=機電&sort=no")[-2:] == ["Z-8", "Z-9"]
    assert shown("/customers/?q=c-0007")[0] == "C-0007"
