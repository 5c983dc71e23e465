"""A past handed in on a page, replayed in the queue, read, exported and thrown away; and through the API."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import seats
from tests.judgements.limits.conftest import adopt
from tests.judgements.shadow.test_replays import BLOCKS, FILES, JUNE, LIMITS, POLICY
from xinheng.base.access.models import Person
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor
from xinheng.judgements.shadow.models import ShadowRun
from xinheng.runs import jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(chief: Actor, settings: Any) -> Client:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    seats.seat("manager", "credit_manager", on=JUNE)
    adopt(chief, POLICY)
    client = Client()
    client.force_login(Person.objects.get(login="manager"))
    return client


def handed(**other: Any) -> dict[str, Any]:
    files = [
        SimpleUploadedFile(name, text.encode())
        for name, text in FILES.items()
        if text not in (LIMITS, BLOCKS)
    ]
    return {
        "policy": "checks@1", "source": "files", "files": [*files, SimpleUploadedFile("blocks.csv", BLOCKS.encode())],
        "limits": "table", "factor": "300", "limits_file": SimpleUploadedFile("l.csv", LIMITS.encode()),
        "late_days": "20", "margin": "10", "until_on": "2026-06-01", **other,
    }  # fmt: skip


def work_done(number: int) -> None:
    """What the worker does with the queue."""
    jobs.replay_past.func(number, "manager")


@pytest.mark.req("ADV-23")
def test_a_past_is_handed_in_read_taken_away_and_thrown_away(manager: Client) -> None:
    assert "还没有回放" in manager.get("/replays/").content.decode()
    assert manager.get("/replays/new/").status_code == 200
    refused = manager.post("/replays/new/", {**handed(), "files": []})
    assert refused.status_code == 422
    assert "请至少提交一个文件" in refused.content.decode()
    begun = manager.post("/replays/new/", handed())
    run = ShadowRun.objects.get()
    assert begun["Location"] == f"/replays/{run.pk}/"
    assert "正在读取历史数据" in manager.get(f"/replays/{run.pk}/").content.decode()
    work_done(run.pk)
    page = manager.get(f"/replays/{run.pk}/").content.decode()
    assert 'data-chart="shadow-months"' in page
    assert "1,000.01" in page  # the loss that holding O-4 spares
    assert "与实际冻结对照" in page
    assert "未回放" in page  # the rule that cannot be replayed is named
    orders = manager.get(f"/replays/{run.pk}/orders/?verdict=stopped&sort=-over").content.decode()
    assert orders.index("O-2") < orders.index("O-4")
    assert "O-1" not in orders
    assert "没有符合条件的订单" in manager.get(f"/replays/{run.pk}/orders/?q=nobody").content.decode()
    listed = manager.get("/replays/?q=checks").content.decode()
    assert f"/replays/{run.pk}/" in listed
    assert "没有符合条件的回放" in manager.get("/replays/?state=failed").content.decode()
    book = openpyxl.load_workbook(io.BytesIO(manager.get(f"/replays/{run.pk}/export/").content))
    rows = list(book.worksheets[3].values)
    assert [row[0] for row in rows[1:]] == ["O-4", "O-2"]
    assert rows[1][9] == pytest.approx(0.01)  # over the limit
    gone = manager.post(f"/replays/{run.pk}/discard/")
    assert gone["Location"] == "/replays/"
    assert not ShadowRun.objects.exists()
    acts = ["shadow.begin", "exports.shadow", "shadow.discard"]
    assert list(Entry.objects.filter(act__in=acts).order_by("pk").values_list("act", flat=True)) == acts


def test_programs_hand_in_ask_and_read(manager: Client) -> None:
    body = {"policy": "checks@1", "limits": "table", "limits_file": "l.csv", "late_days": "20"}
    files = [*handed()["files"], handed()["limits_file"]]
    begun = manager.post("/api/v1/replays", {**body, "files": files}, headers={"Idempotency-Key": "r-1"})
    assert begun.status_code == 202, begun.content
    number = begun.json()["number"]
    work_done(number)
    whole = manager.get(f"/api/v1/replays/{number}").json()
    assert (whole["state"], whole["held"], whole["summary"]["all"]["let_go"]) == ("done", 2, 1)
    found = manager.get(f"/api/v1/replays/{number}/orders?verdict=let_go").json()
    assert [(one["order_no"], one["rules"], one["held_days"]) for one in found["items"]] == [
        ("O-2", ["limit"], 36)
    ]
    assert manager.get("/api/v1/replays").json()[0]["policy"] == "checks@1"
    wrong = manager.post(
        "/api/v1/replays-of-own-books", {"policy": "checks@1", "limits": "by feeling"}, "application/json"
    )
    assert (wrong.status_code, wrong.json()["code"]) == (422, "shadow_plan_invalid")
    own = manager.post("/api/v1/replays-of-own-books", {"policy": "checks@1"}, "application/json").json()
    assert manager.delete(f"/api/v1/replays/{own['number']}").json() == {"id": own["number"]}  # stopped
    assert ShadowRun.objects.get(pk=own["number"]).state == "cancelled"
    assert manager.delete(f"/api/v1/replays/{number}").status_code == 200
    assert not ShadowRun.objects.filter(pk=number).exists()
