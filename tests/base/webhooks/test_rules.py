"""Signatures, waits and addresses, without a database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from xinheng.base.webhooks import rules
from xinheng.base.webhooks.values import EVENTS

pytestmark = pytest.mark.any_database


def test_a_signature_is_the_one_that_standard_webhooks_gives_as_its_example() -> None:
    told = {
        "message_id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "timestamp": 1614265330,
        "body": b'{"test": 2432232314}',
    }
    assert (
        rules.signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", **told)
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )
    assert rules.signature(rules.secret_of("key", "salt"), **told) != rules.signature(
        rules.secret_of("key", "other"), **told
    )


def test_waits_grow_and_are_given_up_after_a_day() -> None:
    waits = [rules.wait_after(tries, chance=0.5) for tries in range(1, 12)]
    assert waits[:3] == [timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2)]
    assert waits[:10] == sorted(waits[:10])
    assert waits[10] is None
    assert timedelta(hours=23) < sum(waits[:10], timedelta()) <= timedelta(hours=24)
    assert rules.wait_after(1, chance=0) == timedelta(seconds=4)
    assert rules.wait_after(1, chance=1) == timedelta(seconds=6)


@pytest.mark.parametrize(
    ("url", "hosts", "fault"),
    [
        ("https://erp.example.com/hook", ["*"], ""),
        ("http://10.1.2.3:8080/hook", ["*"], ""),
        ("http://10.1.2.3:8080/hook", ["*.example.com"], "host"),
        ("https://ERP.Example.com/hook", ["*.example.com"], ""),
        ("https://example.com.evil.org/", ["*.example.com"], "host"),
        ("ftp://erp.example.com/", ["*"], "scheme"),
        ("file:///etc/passwd", ["*"], "scheme"),
        ("https://me:pass@erp.example.com/", ["*"], "host"),
        ("https:///hook", ["*"], "host"),
        ("http://[::1", ["*"], "host"),
        ("http://erp:port/", ["*"], "host"),
        ("http://169.254.169.254/latest/meta-data", ["*"], "host"),
        ("http://[fe80::1]/", ["*"], "host"),
        ("http://[::ffff:169.254.169.254]/", ["*"], "host"),
    ],
)
def test_only_addresses_the_installation_allows_are_told(url: str, hosts: list[str], fault: str) -> None:
    assert rules.fault_of_address(url, hosts) == fault


def test_no_event_may_tell_a_field_that_is_masked() -> None:
    from xinheng.base.access.rules import SENSITIVE

    assert not [code for code, kind in EVENTS.items() if kind.fields & SENSITIVE]
