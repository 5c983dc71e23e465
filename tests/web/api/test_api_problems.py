"""Whatever is asked wrongly, the answer is a problem document: no page, no traceback."""

from __future__ import annotations

import json

import pytest
from django.db import OperationalError

from tests.web.api.conftest import Program, program
from xinheng.facts.customers import queries as customers

pytestmark = pytest.mark.usefixtures("office")


def raw(asking: Program, body: bytes, path: str = "/customers") -> tuple[int, str]:
    """Send bytes as they are; gives status and code."""
    answer = asking.client.generic(
        "POST", f"/api/v1{path}", body, content_type="application/json",
        HTTP_AUTHORIZATION=f"Bearer {asking.token}",
    )  # fmt: skip
    assert answer["Content-Type"] == "application/problem+json", answer.content[:300]
    return answer.status_code, answer.json()["code"]


def test_an_unknown_address_below_api_is_no_page() -> None:
    for path in ("/nothing", "/../v2/customers", "/imports/abc"):
        assert program("admin").get(path).json()["code"] in {"address_unknown", "request_invalid"}
    assert program("admin").get("/customers/C-1/nothing").json()["code"] == "customer_unknown"
    answer = Program("").client.get("/api/")
    assert (answer.status_code, answer.json()["code"]) == (404, "address_unknown")


def test_another_method_is_named_and_the_possible_ones_are_told() -> None:
    answer = program("admin").ask("DELETE", "/customers/C-1")

    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer["Allow"] == "GET"


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe",
        b'{"name": NaN}',
        b'{"no": "C-9", "name": "a\\u0000b"}',
        b'{"no": "C-9", "name": "\\ud800"}',
        b'{"name": ' + b"[" * 20_000 + b"]" * 20_000 + b"}",
        b'{"employees": ' + b"9" * 5_000 + b"}",
    ],
)
def test_a_body_that_is_no_json_of_ours_is_refused(body: bytes) -> None:
    assert raw(program("admin"), body) == (400, "request_unreadable")


def test_a_form_without_a_boundary_is_refused() -> None:
    asking = program("admin")

    answer = asking.client.generic(
        "POST", "/api/v1/imports", b"xx", content_type="multipart/form-data",
        HTTP_AUTHORIZATION=f"Bearer {asking.token}",
    )  # fmt: skip

    assert (answer.status_code, answer.json()["code"]) == (400, "request_unreadable")


def test_a_body_too_large_is_refused() -> None:
    body = json.dumps({"name": "a" * (11 * 1024 * 1024)}).encode()

    assert raw(program("admin"), body) == (413, "request_too_large")


def test_a_nul_in_the_address_is_refused() -> None:
    for path in ("/customers?q=%00", "/customers/%00", "/customers?%00=1"):
        assert program("admin").get(path).status_code == 400


@pytest.mark.req("RR-13")
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"no": "C-9"}, "name"),
        ({"no": "C-9", "name": 7}, "name"),
        ({"no": "C-9", "name": "黄河", "employees": -1}, "employees"),
        ({"no": "C-9", "name": "黄河", "employees": 2**40}, "employees"),
        ({"no": "C-9", "name": "黄河", "founded_on": "2024-02-30"}, "founded_on"),
        ({"no": "C-9", "name": "黄河", "founded_on": 5}, "founded_on"),
        ({"no": "C-9", "name": "黄河", "founded_on": "0001-01-01"}, "founded_on"),
        ({"no": "C-9", "name": "黄河", "revenue": 12.1}, "revenue"),
        ({"no": "C-9", "name": "黄河", "revenue": "1e9"}, "revenue"),
        ({"no": "C-9", "name": "黄河", "kind": "firm"}, "kind"),
        ({"no": "C-9", "name": "黄河", "colour": "red"}, "colour"),
        ([1], "body"),
    ],
)
def test_a_wrong_field_is_named_in_chinese_and_nothing_is_saved(body: object, field: str) -> None:
    answer = program("admin").post("/customers", body)

    told = answer.json()
    assert (answer.status_code, told["code"]) == (422, "request_invalid")
    assert field in [problem["field"] for problem in told["fields"]]
    assert any("\u4e00" <= sign <= "\u9fff" for problem in told["fields"] for sign in problem["cause"])
    assert program("admin").get("/customers/C-9").status_code == 404


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "as_of=2026-13-01", "as_of=20260630", "as_of=0"]
)
def test_wrong_words_in_the_address_are_refused(query: str) -> None:
    assert program("admin").get(f"/customers/C-1/bills?{query}").status_code == 422


def test_words_follow_the_reader_and_codes_stay() -> None:
    chinese = program("admin").get("/jobs/C-0").json()
    english = program("admin", language="en").get("/jobs/C-0")

    assert chinese["code"] == english.json()["code"] == "job_unknown"
    assert chinese["detail"] != english.json()["detail"]
    assert english["Content-Language"] == "en"
    assert "Accept-Language" in english["Vary"]
    assert english["Cache-Control"] == "no-store"


def test_our_own_mistake_tells_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the secret of the cellar")

    monkeypatch.setattr(customers, "get", broken)

    answer = program("admin").get("/customers/C-1")

    assert (answer.status_code, answer.json()["code"]) == (500, "failed")
    assert b"cellar" not in answer.content
    assert b"Traceback" not in answer.content


def test_a_database_out_of_reach_is_said_to_be_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object, **__: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(customers, "get", busy)

    assert program("admin").get("/customers/C-1").json()["code"] == "not_ready"
