"""The list by how customers stand, and what is taken away of it."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from tests.web import credit_world
from tests.web.api.conftest import Program, program
from tests.web.api.test_api_ratings import ok
from xinheng.base.audit.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)


def taken(asking: Program, path: str) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    answer = asking.get(path, HTTP_ACCEPT="text/csv")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv"), answer.content[:300]
    assert answer["Content-Disposition"].endswith('.csv"')
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def test_customers_stand_in_order_page_by_page_and_leave_as_files() -> None:
    credit_world.found(count=12)
    asking, own = program("credit"), program("wang")

    _listed(asking, own)
    _taken_away(asking, own)


def _listed(asking: Program, own: Program) -> None:
    whole = ok(asking.get("/standings?sort=-balance&limit=200"))
    amounts = [Decimal(row["balance"]["amount"]) for row in whole["items"]]
    assert amounts == sorted(amounts, reverse=True)
    assert (whole["next"], whole["total"], whole["measured_on"]) == (None, 12, "2026-06-30")
    lacking = [row["no"] for row in ok(asking.get("/standings?lacking=balance"))["items"]]
    assert len(amounts) + len(lacking) == 12
    assert ok(asking.get("/standings/size?sort=-balance")) == {"total": 12, "lacking": len(lacking)}
    pages, after = [], ""
    while True:
        page = ok(asking.get(f"/standings?sort=-balance&limit=5{after}"))
        pages += [row["no"] for row in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert pages == [row["no"] for row in whole["items"]]

    graded = {row["grade"] for row in whole["items"]}
    for grade in graded:
        shown = ok(asking.get(f"/standings?grade={grade or '-'}"))["items"]
        assert {row["grade"] for row in shown} == {grade}
    assert [row["no"] for row in ok(own.get("/standings"))["items"]] == [f"C-{n:04}" for n in range(1, 12, 2)]
    assert ok(own.get("/standings/size")) == {"total": 6, "lacking": 0}
    seen = program("credit", "customers.read").get("/standings").json()["items"][0]
    assert (seen["balance"], seen["grade"]) == (None, "")


def _taken_away(asking: Program, own: Program) -> None:
    run = ok(asking.get("/rating-runs"))["items"][0]["id"]
    rows = taken(asking, "/standings/export?format=csv&sort=-balance")
    placed = [row["no"] for row in ok(asking.get("/standings?sort=-balance&limit=200"))["items"]]
    assert len(rows) == 12
    assert [row["customer_no"] for row in rows][: len(placed)] == placed
    assert all(row["balance"].endswith("0") for row in rows[: len(placed)])
    assert {row["balance"] for row in rows[len(placed) :]} <= {""}
    graded = taken(asking, f"/rating-runs/{run}/export?format=csv")
    assert {row["customer_no"] for row in graded} == {row["customer_no"] for row in rows}
    assert len(taken(own, f"/rating-runs/{run}/export?format=csv")) == 6

    _measured(asking, own)
    trail = taken(program("auditor"), "/audit/export?format=csv&act=exports.*")
    assert {row["act"] for row in trail} == {"exports.customers", "exports.run", "exports.indicators"}
    assert own.get("/audit/export").json()["code"] == "access_denied"
    for path in (
        "/standings/export", f"/rating-runs/{run}/export", "/measurements/latest/export", "/audit/export",
    ):  # fmt: skip
        book = program("auditor").get(path)
        assert openpyxl.load_workbook(io.BytesIO(book.content)).worksheets, path
        assert book["Content-Disposition"].endswith('.xlsx"')
        assert (
            program("credit", "customers.read", "ratings.read", "indicators.read", "audit.read")
            .get(path)
            .status_code
            == 403
        )
    assert Entry.objects.filter(act="exports.trail", outcome="done").count() == 2


def _measured(asking: Program, own: Program) -> None:
    table = pq.read_table(
        io.BytesIO(asking.get("/measurements/latest/export?format=parquet&as_of=2026-05-31").content)
    ).to_pydict()
    values: dict[str, Any] = {
        row["code"]: row for row in ok(asking.get("/customers/C-0001/indicators?as_of=2026-05-31"))
    }
    place = table["customer_no"].index("C-0001")
    assert values["turnover_12m"]["as_of"] == "2026-03-31"
    minor = table["turnover_12m_minor"][place]
    assert values["turnover_12m"]["figure"] == str(Decimal(minor) / 100 + Decimal("0.00"))
    assert isinstance(minor, int)
    assert "dso" in table
    held = taken(own, "/measurements/latest/export?format=csv")
    assert [row["customer_no"] for row in held] == [f"C-{n:04}" for n in range(1, 12, 2)]
    assert asking.get("/measurements/latest/export?as_of=2020-01-01").json()["code"] == "not_measured"


def test_the_present_grade_is_explained_by_the_newest_run_of_a_day() -> None:
    credit_world.found(count=4)
    asking = program("credit")

    now = ok(asking.get("/customers/C-0001/grade?policy_code=adv"))
    then = ok(asking.get("/customers/C-0001/grade?policy_code=adv&as_of=2026-04-30"))

    assert (now["as_of"], then["as_of"]) == ("2026-06-30", "2026-03-31")
    assert asking.get("/customers/C-0001/grade?policy_code=adv&as_of=2020-01-01").status_code in {404, 409}
    assert program("wang").get("/customers/C-0002/grade").json()["code"] == "customer_unknown"
    held = {row["policy_code"]: row for row in ok(asking.get("/customers/C-0001/grades"))}
    assert held["adv"]["run_id"] == now["run_id"]
    assert held["adv"]["grade"] == now["grade"]
    assert [row["policy_code"] for row in ok(asking.get("/customers/C-0001/grades?as_of=2020-01-01"))] == []
    moves = ok(asking.get(f"/rating-runs/{now['run_id']}/migration"))
    assert sum(row["customers"] for row in moves) == 4
    assert ok(asking.get("/failed-rating-runs?since=2026-01-01")) == {"items": [], "next": None}
    assert asking.get("/policies/colour").json()["code"] == "policy_unknown"
