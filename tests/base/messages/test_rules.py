"""Masks, quiet hours, moves and vendors' robots, without a database."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import datetime, time
from urllib.parse import parse_qs, urlsplit

import pytest

from xinheng.base.messages import rules

pytestmark = pytest.mark.any_database


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("wang@example.com", "w***@example.com"),
        ("13800005678", "138****5678"),
        ("+86 138-0000-5678", "+86****5678"),
        ("江苏省南京市中山路1号", "江苏省南京市…"),
        ("", ""),
    ],
)
def test_an_address_is_shown_so_that_nobody_else_can_use_it(address: str, shown: str) -> None:
    assert rules.mask(address) == shown


def test_what_a_server_says_does_not_give_the_address_away() -> None:
    told = rules.redacted("550 <wang@example.com> unknown" + "x" * 300, "wang@example.com")
    assert told.startswith("550 <w***@example.com> unknown")
    assert len(told) == 200


@pytest.mark.parametrize(
    ("at", "end"),
    [
        ("2026-06-30T19:59:59", None),
        ("2026-06-30T20:00:00", "2026-07-01T08:00:00"),
        ("2026-06-30T03:00:00", "2026-06-30T08:00:00"),
        ("2026-06-30T08:00:00", None),
    ],
)
def test_quiet_hours_over_midnight_end_in_the_morning(at: str, end: str | None) -> None:
    found = rules.quiet_end(datetime.fromisoformat(at), time(20), time(8))
    assert found == (datetime.fromisoformat(end) if end else None)
    assert rules.quiet_end(datetime.fromisoformat(at), None, None) is None


def test_quiet_hours_within_a_day() -> None:
    noon = datetime(2026, 6, 30, 12, 30)  # noqa: DTZ001 - the site's own time
    assert rules.quiet_end(noon, time(12), time(14)) == datetime(2026, 6, 30, 14)  # noqa: DTZ001


def test_a_message_may_come_back_after_it_was_received_and_nothing_follows_a_failure() -> None:
    assert rules.may_follow("sent", "delivered")
    assert rules.may_follow("delivered", "bounced")
    assert not rules.may_follow("opened", "delivered")
    assert not rules.may_follow("failed", "sent")


def test_dingtalk_is_signed_in_the_address_and_feishu_in_the_body() -> None:
    told = {"text": "催款", "phone": "13800005678", "second": 1_750_000_000}
    url, body = rules.robot(
        "dingtalk", url="https://oapi.example.com/robot/send?access_token=t", secret="SEC1", **told
    )
    query = parse_qs(urlsplit(url).query)
    made = hmac.new(b"SEC1", b"1750000000000\nSEC1", hashlib.sha256).digest()
    assert query == {
        "access_token": ["t"],
        "timestamp": ["1750000000000"],
        "sign": [base64.b64encode(made).decode()],
    }
    assert json.loads(body)["at"] == {"atMobiles": ["13800005678"]}
    _url, body = rules.robot("feishu", url="https://open.example.com/hook/x", secret="SEC1", **told)
    sign = base64.b64encode(hmac.new(b"1750000000\nSEC1", b"", hashlib.sha256).digest()).decode()
    assert json.loads(body) == {
        "msg_type": "text", "content": {"text": "催款"}, "timestamp": "1750000000", "sign": sign,
    }  # fmt: skip


def test_wecom_takes_its_key_from_outside_the_address() -> None:
    told = {"text": "催款", "phone": "13800005678", "second": 1}
    url, body = rules.robot("wecom", url="https://qyapi.example.com/send?key={secret}", secret="k-1", **told)
    assert url == "https://qyapi.example.com/send?key=k-1"
    assert json.loads(body) == {
        "msgtype": "text", "text": {"content": "催款", "mentioned_mobile_list": ["13800005678"]},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("body", "took"),
    [
        (b'{"errcode":0,"errmsg":"ok"}', True),
        (b'{"code":0}', True),
        (b'{"errcode":310000}', False),
        (b"<html>", False),
    ],
)
def test_a_robot_that_answers_200_has_not_always_taken_it(body: bytes, took: bool) -> None:
    assert rules.robot_took_it(body) is took
