"""The example of an ERP against a live server: orders checked over HTTP, goods moved, webhooks verified."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from benchmarks.credit_world import found, token
from examples import erp_client
from tests.base.webhooks.receiver import signed
from xinheng.base.webhooks import rules
from xinheng.base.webhooks import services as webhooks

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def company(transactional_db: None, live_server: Any) -> Iterator[dict[str, str]]:
    """A company with one customer, a server that answers over HTTP, and one that sends webhooks."""
    found(customers=1, limit="1")
    ended = threading.Event()

    def send() -> None:
        while not ended.wait(0.2):
            webhooks.send_due()
        connection.close()

    sender = threading.Thread(target=send)
    sender.start()
    yield {"server": live_server.url, "erp": token("erp"), "desk": token("desk")}
    ended.set()
    sender.join()


def test_the_example_goes_its_whole_way_against_a_live_server(company: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "examples/erp_client.py", "--server", company["server"], "--customer", "K-0000",
         "--desk-token", company["desk"]],
        env={**os.environ, "XINHENG_TOKEN": company["erp"]}, cwd=ROOT, capture_output=True, text=True,
        timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    run = re.search(r"order (\w+)-1", done.stdout)
    assert run
    lines = done.stdout.replace(run[1], "RUN").splitlines()

    assert lines[:5] == [
        "limit of K-0000: 10000.00",
        "order RUN-1 of 9000.00: passed",
        "order RUN-1 of 9000.00: passed",
        "order RUN-1: delivered, billed and paid",
        "order RUN-2 of 50000.00: held",
    ]
    assert lines[5].startswith("  hold: ")
    assert lines[6:10] == [
        "order RUN-2: released",
        "order RUN-2: delivered, billed and paid",
        "order RUN-3 of 100.00: passed",
        "order RUN-3: cancelled",
    ]
    assert lines[10] == "left of the limit: 10000.00"
    assert lines[11].startswith("told: limit.set customer:K-0000")
    told = [line for line in lines[11:] if "order.decided" in line]
    assert told[:4] == [
        "told: order.decided customer:K-0000 RUN-1 passed",
        "told: order.decided customer:K-0000 RUN-2 held",
        "told: order.decided customer:K-0000 RUN-2 released",
        "told: order.decided customer:K-0000 RUN-3 passed",
    ]
    the_page_is_true(company)


def the_page_is_true(company: dict[str, str]) -> None:
    """The lines of docs/using/erp.md, as they stand there, give what is written beside them."""
    page = (ROOT / "docs" / "using" / "erp.md").read_text("utf-8").partition("## Line by line")[2]
    block = page.partition("```bash\n")[2].partition("```")[0]
    block = block.replace("http://localhost:8000", company["server"]).replace("D0001", "K-0000")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block], env={**os.environ, "XINHENG_TOKEN": company["erp"]},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]

    assert [one.get("verdict") for one in answers[1:3]] == ["passed", "passed"]
    assert answers[1] == answers[2]
    assert [one.get("code") for one in answers] == [None] * 9 + ["own_order", None]
    assert (answers[7]["exposure"]["amount"], answers[7]["left"]["amount"]) == ("0.00", "99000000.00")
    assert (answers[8]["verdict"], bool(answers[8]["reasons"])) == ("held", True)
    assert answers[10]["ended"] == "cancelled"


@pytest.mark.any_database
def test_the_example_turns_away_what_is_not_genuine_old_or_seen() -> None:
    secret, body, now = rules.secret_of("key", "salt"), b'{"type": "order.decided"}', 1_800_000_000
    headers = {"webhook-id": "msg_1", "webhook-timestamp": str(now)}
    headers["webhook-signature"] = signed(secret, headers, body)

    assert erp_client.is_genuine(secret, headers, body, now=now + 299)
    assert erp_client.is_genuine(
        secret, {**headers, "webhook-signature": f"v1,x {headers['webhook-signature']}"}, body, now=now
    )
    assert not erp_client.is_genuine(secret, headers, body, now=now + 301)
    assert not erp_client.is_genuine(secret, headers, body + b" ", now=now)
    assert not erp_client.is_genuine(rules.secret_of("key", "other"), headers, body, now=now)
    assert not erp_client.is_genuine(secret, {**headers, "webhook-id": "msg_2"}, body, now=now)
    assert not erp_client.is_genuine(secret, {}, body, now=now)
