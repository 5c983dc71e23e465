"""Messages go out through real servers, and what becomes of each is kept."""

from __future__ import annotations

import json
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.base.messages.conftest import Postbox
from tests.base.webhooks.receiver import Receiver, signed
from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor, Scope
from xinheng.base.messages import queries, services
from xinheng.base.messages.errors import AddressMissing, ChannelInvalid, MessageMoved, ReceiptRefused
from xinheng.base.messages.models import Message, Step
from xinheng.base.messages.values import ChannelWanted, NewMessage, Paper, Wanted
from xinheng.base.webhooks import services as webhooks

pytestmark = pytest.mark.django_db
JUNE = date(2026, 6, 30)


def put(way: Any = "email", address: str = "wang@example.com", **told: Any) -> Message:
    new = NewMessage(
        way, "王会计", address, "逾期提醒", "应付人民币 100.00", told.pop("subject", "customer:C-7"), **told
    )
    return services.send(new, on=JUNE, by="chief")


def due_now() -> None:
    Message.objects.filter(state="waiting").update(due_at=timezone.now())


def state_of(message: Message) -> tuple[str, int]:
    message.refresh_from_db()
    return message.state, message.tries


def steps_of(message: Message) -> list[str]:
    return list(Step.objects.filter(message=message).values_list("what", flat=True))


def opened(chief: Actor, url: str, way: str = "sms", **told: Any) -> str:
    """Set up a gateway without quiet hours; gives its secret."""
    return services.set_channel(actor=chief, on=JUNE, wanted=ChannelWanted(way, "signed", url, **told))


def test_an_e_mail_arrives_with_its_paper_and_the_hash_of_what_went_out(postbox: Postbox) -> None:
    services.offer_paper("trial", lambda which: Paper(f"{which}.pdf", b"%PDF-1.7 x", "ab" * 32))
    message = put(paper="trial:12", paper_name="催收函.pdf")
    assert services.send_due() == 1
    assert state_of(message) == ("sent", 1)
    assert message.paper_sha256 == "ab" * 32
    ((sender, recipients, told),) = postbox.got
    assert (sender, recipients) == ("ar@xinheng.example", ["wang@example.com"])
    assert told["Message-ID"] == f"<{message.message_id}@xinheng.example>"
    text, paper = told.get_payload()
    assert text.get_payload(decode=True).decode().strip() == "应付人民币 100.00"
    assert paper.get_filename() == "催收函.pdf"
    assert paper.get_payload(decode=True) == b"%PDF-1.7 x"
    assert services.send_due() == 0


def test_an_address_that_does_not_exist_comes_back_at_once_and_is_masked(postbox: Postbox) -> None:
    postbox.refuses["wang@example.com"] = "550 5.1.1 <wang@example.com> no such user"
    message = put()
    services.send_due()
    assert state_of(message) == ("bounced", 1)
    assert "w***@example.com" in message.fault
    assert "wang@" not in message.fault


def test_a_busy_server_is_tried_again_later_each_time_and_given_up_after_a_day(postbox: Postbox) -> None:
    postbox.refuses["wang@example.com"] = "451 try later"
    message, waits = put(), []
    for _ in range(3):
        services.send_due()
        message.refresh_from_db()
        waits.append(message.due_at - timezone.now())
        due_now()
    assert waits == sorted(waits)
    assert state_of(message) == ("waiting", 3)
    Message.objects.update(tries=10)
    services.send_due()
    assert state_of(message)[0] == "failed"
    assert steps_of(message) == ["tried", "tried", "tried", "failed"]


def test_without_a_mail_server_nothing_is_lost_but_named(settings: Any, chief: Actor) -> None:
    settings.EMAIL_HOST = ""
    message = put()
    services.send_due()
    assert state_of(message)[0] == "failed"
    assert "XINHENG_SMTP_HOST" in queries.fault_of(message)
    services.send_again(actor=chief, on=JUNE, message_id=message.pk)
    assert state_of(message) == ("waiting", 0)


def test_a_gateway_is_told_signed_and_tells_back_signed(chief: Actor, gateway: Receiver) -> None:
    secret = opened(chief, gateway.url)
    message = put("sms", "13800005678")
    assert services.send_due() == 1
    assert state_of(message) == ("sent", 1)
    ((headers, body),) = gateway.got
    assert headers["webhook-signature"] == signed(secret, headers, body)
    assert json.loads(body)["to"] == "13800005678"

    told = json.dumps({"message_id": message.message_id, "state": "delivered"}).encode()
    good = webhooks.signed_headers(secret, message_id="r-1", body=told)
    services.take_receipt(headers=good, body=told)
    services.take_receipt(headers=good, body=told)  # told twice
    assert state_of(message)[0] == "delivered"
    assert steps_of(message) == ["sent", "delivered"]
    forged = webhooks.signed_headers("whsec_AAAA", message_id="r-2", body=told)
    old = {**good, "webhook-timestamp": str(int(good["webhook-timestamp"]) - 400)}
    for wrong in (forged, old, {}):
        with pytest.raises(ReceiptRefused):
            services.take_receipt(headers=wrong, body=told)
    with pytest.raises(ReceiptRefused):
        services.take_receipt(headers=good, body=b"{}")


def test_a_gateway_that_does_not_answer_well_is_tried_again(chief: Actor, gateway: Receiver) -> None:
    opened(chief, gateway.url)
    gateway.answers = [500]
    message = put("sms", "13800005678")
    services.send_due()
    assert state_of(message) == ("waiting", 1)
    assert message.fault.startswith("HTTP 500")
    due_now()
    services.send_due()
    assert state_of(message) == ("sent", 2)


def test_one_address_is_not_written_to_twice_within_the_gap_nor_in_quiet_hours(
    chief: Actor, gateway: Receiver
) -> None:
    opened(chief, gateway.url, gap_minutes=720)
    first, second, other = (put("sms", phone) for phone in ("13800005678", "13800005678", "13900005678"))
    assert services.send_due() == 2
    assert [state_of(one)[0] for one in (first, second, other)] == ["sent", "waiting", "sent"]
    assert second.due_at - timezone.now() > timedelta(hours=11)

    moment = timezone.localtime()
    quiet = {
        "quiet_from": (moment - timedelta(hours=1)).time(),
        "quiet_until": (moment + timedelta(hours=1)).time(),
    }
    opened(chief, gateway.url, **quiet)
    third = put("sms", "13700005678")
    assert services.send_due() == 0
    assert state_of(third) == ("waiting", 0)
    assert timedelta(minutes=58) < third.due_at - timezone.now() <= timedelta(hours=1)


def test_a_sender_that_was_killed_gives_its_messages_back(postbox: Postbox) -> None:
    from xinheng.base.messages import sending

    message = put()
    sending._taken(timezone.now())
    assert services.send_due() == 0
    due_now()  # the lease is over
    assert services.send_due() == 1
    assert state_of(message) == ("sent", 1)
    assert len(postbox.got) == 1


def test_a_missing_address_names_who_it_is_and_the_field() -> None:
    with pytest.raises(AddressMissing) as refused:
        put("email", "")
    assert refused.value.params["recipient"] == "王会计 (customer:C-7)"
    assert refused.value.params["field"] == "email"
    assert not Message.objects.exists()


def test_letters_and_calls_are_done_by_people_who_say_what_became_of_them(chief: Actor) -> None:
    letter, call = put("letter", ""), put("phone", "13800005678")
    assert services.send_due() == 0
    told: dict[str, Any] = {"actor": chief, "on": JUNE}
    services.note_done(**told, message_id=letter.pk, state="sent", note="EMS 1234567890")
    services.note_done(**told, message_id=letter.pk, state="delivered", note="前台签收")
    services.note_done(**told, message_id=call.pk, state="failed", note="空号")
    assert (state_of(letter)[0], state_of(call)[0]) == ("delivered", "failed")
    assert steps_of(letter) == ["sent", "delivered"]
    with pytest.raises(MessageMoved):
        services.withdraw(**told, message_id=letter.pk, reason="寄错")
    assert Entry.objects.filter(act="messages.note_done").count() == 3


def test_what_waits_can_be_withdrawn_and_does_not_go_out(chief: Actor, postbox: Postbox) -> None:
    message = put()
    services.withdraw(actor=chief, on=JUNE, message_id=message.pk, reason="已付款")
    assert services.send_due() == 0
    assert state_of(message)[0] == "withdrawn"
    assert not postbox.got


def test_secrets_are_shown_once_and_a_way_takes_only_what_fits(chief: Actor, gateway: Receiver) -> None:
    secret = opened(chief, gateway.url)
    assert secret.startswith("whsec_")
    assert not opened(chief, gateway.url)  # the same gateway keeps its secret
    assert services.renew_channel_secret(actor=chief, on=JUNE, way="sms") != secret
    assert not Entry.objects.filter(after__icontains="whsec_").exists()
    for wrong in (
        ChannelWanted("fax", "signed", gateway.url),
        ChannelWanted("sms", "wecom", gateway.url),
        ChannelWanted("sms", "signed", "ftp://x/"),
        ChannelWanted("email", "smtp", gateway.url),
        ChannelWanted("sms", "signed", gateway.url, quiet_from=time(8)),
    ):
        with pytest.raises(ChannelInvalid):
            services.set_channel(actor=chief, on=JUNE, wanted=wrong)


def test_who_reaches_some_customers_sees_only_their_messages(chief: Actor) -> None:
    from tests.facts.receivables.conftest import customer
    from xinheng.facts.customers.models import Customer

    customer("C-7")
    mine, _other = put(), put(subject="customer:C-8")
    reader = Actor("r", "r", permits=frozenset({"messages.read"}), scope=Scope("own"))
    found = queries.messages(reader, Wanted(), Customer.objects.all())
    assert [one.pk for one in found] == [mine.pk]
    assert queries.address_shown(reader, mine) == "w***@example.com"
    assert queries.messages(chief, Wanted(text="逾期"), None).count() == 2
    with pytest.raises(AccessDenied):
        services.send_trial(actor=reader, on=JUNE, way="email", address="x@example.com")
