"""Events outside: kept with what happened, signed, in their order, until they are answered."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from tests.base.webhooks.receiver import Receiver, signed
from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor, Scope
from xinheng.base.webhooks import queries, sending, services
from xinheng.base.webhooks.errors import (
    AddressRefused,
    DeliveryUnknown,
    DeliveryWaiting,
    ReachTooSmall,
    SubscriptionInvalid,
    SubscriptionUnknown,
)
from xinheng.base.webhooks.models import Delivery, Event, Subscription
from xinheng.base.webhooks.values import Wanted

pytestmark = pytest.mark.django_db
JUNE = date(2026, 6, 30)


def subscribed(chief: Actor, url: str, *events: str) -> tuple[str, Subscription]:
    return services.subscribe(actor=chief, on=JUNE, name="ERP", url=url, events=events or ("*",))


def decided(no: str, customer: str = "C-7", verdict: str = "passed") -> None:
    services.tell(
        "order.decided", subject=f"customer:{customer}", payload={"order_no": no, "verdict": verdict}, on=JUNE
    )


def due_now() -> None:
    """Let the waits pass."""
    Delivery.objects.filter(state="waiting").update(due_at=timezone.now())
    Subscription.objects.update(rest_until=None)


def test_an_event_arrives_signed_as_its_receiver_computes_it(chief: Actor, receiver: Receiver) -> None:
    secret, made = subscribed(chief, receiver.url)
    decided("O-1")

    assert services.send_due() == 1
    ((headers, body),) = receiver.got
    assert headers["webhook-signature"] == signed(secret, headers, body)
    assert headers["webhook-signature"] != signed(secret, headers, body + b" ")
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    assert headers["content-type"] == "application/json; charset=utf-8"
    event = Event.objects.get()
    assert headers["webhook-id"] == event.message_id
    assert receiver.told == [
        {
            "type": "order.decided", "timestamp": event.at.isoformat(), "on": "2026-06-30",
            "subject": "customer:C-7", "data": {"order_no": "O-1", "verdict": "passed"},
        }
    ]  # fmt: skip
    assert services.send_due() == 0
    made.refresh_from_db()
    assert made.answered_at
    assert secret not in str([vars(one) for one in (made, *Entry.objects.all())])  # it stands nowhere


def test_what_is_undone_is_not_told_and_who_did_not_ask_is_not(chief: Actor, receiver: Receiver) -> None:
    decided("before anybody asked")
    assert not Event.objects.exists()
    subscribed(chief, receiver.url, "limit.set")
    decided("not asked for")
    with transaction.atomic():
        services.tell("limit.set", subject="customer:C-7", payload={"customer_no": "C-7"}, on=JUNE)
        transaction.set_rollback(True)

    assert not Event.objects.exists()
    assert services.send_due() == 0


def test_an_event_costs_no_statement_where_nobody_listens(django_assert_num_queries: Any) -> None:
    decided("O-1")  # looks once in a second
    with django_assert_num_queries(0):
        decided("O-2")


def test_a_field_that_an_event_may_not_tell_is_a_fault_of_the_code(chief: Actor, receiver: Receiver) -> None:
    subscribed(chief, receiver.url)
    with pytest.raises(AssertionError, match="bank_account"):
        services.tell("order.decided", subject="customer:C-7", payload={"bank_account": "1"}, on=JUNE)


def test_events_of_one_subject_wait_for_each_other_and_others_pass(chief: Actor, receiver: Receiver) -> None:
    subscribed(chief, receiver.url)
    decided("O-1")
    decided("O-2")
    receiver.answers = [500]
    assert services.send_due() == 1  # the first alone
    decided("O-3", customer="C-8")
    assert services.send_due() == 1  # of the other customer
    assert services.send_due() == 0
    due_now()
    assert [services.send_due() for _round in range(3)] == [1, 1, 0]

    assert [one["data"]["order_no"] for one in receiver.told] == ["O-1", "O-3", "O-1", "O-2"]
    ids = [headers["webhook-id"] for headers, _body in receiver.got]
    assert ids[0] == ids[2]  # by which the receiver knows it again
    assert len(set(ids)) == 3


def test_who_does_not_answer_rests_and_is_shown_until_it_answers(chief: Actor, receiver: Receiver) -> None:
    _secret, made = subscribed(chief, receiver.url)
    receiver.close()
    for customer in ("C-7", "C-8"):
        decided("O-1", customer=customer)
    assert services.send_due() == 2
    decided("O-2", customer="C-9")

    assert services.send_due() == 0  # it rests
    made.refresh_from_db()
    assert made.failing_since
    first = Delivery.objects.earliest("pk")
    assert (first.state, first.tries, first.answer) == ("waiting", 1, None)
    assert first.fault.startswith("NewConnectionError")
    assert timedelta(seconds=3) < first.due_at - timezone.now() <= timedelta(seconds=6)
    again = Receiver()
    Subscription.objects.update(url=again.url)
    due_now()
    assert services.send_due() == 3
    made.refresh_from_db()
    assert made.failing_since is None
    assert len(again.got) == 3
    again.close()


def test_a_redirect_is_no_answer_and_is_not_followed(chief: Actor, receiver: Receiver) -> None:
    subscribed(chief, receiver.url)
    decided("O-1")
    receiver.answers = [302]
    services.send_due()

    assert Delivery.objects.get().answer == 302
    assert Delivery.objects.get().state == "waiting"
    assert len(receiver.got) == 1


def test_what_is_given_up_after_a_day_is_sent_again_by_a_person(chief: Actor, receiver: Receiver) -> None:
    _secret, made = subscribed(chief, receiver.url)
    decided("O-1")
    receiver.answers = [503] * 11
    for _try in range(11):
        due_now()
        assert services.send_due() == 1
    row = Delivery.objects.get()
    assert (row.state, row.tries, row.answer) == ("dead", 11, 503)
    (standing,) = queries.subscriptions(chief)
    assert (standing.waiting, standing.dead) == (0, 1)
    decided("O-2")
    assert services.send_due() == 1  # what was given up keeps nobody waiting

    services.send_again(actor=chief, on=JUNE, delivery_id=row.pk)
    with pytest.raises(DeliveryWaiting):
        services.send_again(actor=chief, on=JUNE, delivery_id=row.pk)
    assert services.send_due() == 1
    assert [one["data"]["order_no"] for one in receiver.told[-2:]] == ["O-2", "O-1"]
    assert [one.state for one in queries.deliveries(chief, Wanted(subscription=made.pk))] == ["delivered"] * 2
    assert not list(queries.deliveries(chief, Wanted(state="dead")))
    assert [one.pk for one in queries.deliveries(chief, Wanted(text="C-7", after=row.pk + 1))] == [row.pk]


def test_a_sender_killed_between_the_post_and_its_note_sends_again_under_the_same_id(
    chief: Actor, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribed(chief, receiver.url)
    decided("O-1")
    with monkeypatch.context() as patched:
        patched.setattr(sending, "_note", lambda *_told: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            services.send_due()

    assert services.send_due() == 0  # another sender leaves it alone while the lease lasts
    monkeypatch.setattr(sending, "timestamp", lambda: timezone.now() + sending.LEASE)
    assert services.send_due() == 1
    assert len({headers["webhook-id"] for headers, _body in receiver.got}) == 1
    assert Delivery.objects.get().state == "delivered"


def test_another_secret_and_another_key_of_the_installation(
    chief: Actor, receiver: Receiver, settings: Any
) -> None:
    first, made = subscribed(chief, receiver.url)
    second = services.renew_secret(actor=chief, on=JUNE, subscription_id=made.pk)
    assert second != first
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    services.send_trial(actor=chief, on=JUNE, subscription_id=made.pk)
    services.send_due()
    headers, body = receiver.got[-1]
    assert headers["webhook-signature"] == signed(second, headers, body)  # by the key before

    settings.SECRET_KEY_FALLBACKS = []
    services.send_trial(actor=chief, on=JUNE, subscription_id=made.pk)
    services.send_due()
    assert len(receiver.got) == 1  # nothing goes out with a signature nobody knows
    assert Delivery.objects.latest("pk").fault == "secret_lost"


def test_what_waits_while_switched_off_goes_out_when_on_again(chief: Actor, receiver: Receiver) -> None:
    _secret, made = subscribed(chief, receiver.url)
    decided("O-1")
    services.switch(actor=chief, on=JUNE, subscription_id=made.pk, is_on=False)
    decided("O-2")
    assert services.send_due() == 0
    services.switch(actor=chief, on=JUNE, subscription_id=made.pk, is_on=True)
    assert services.send_due() == 1
    assert [one["data"]["order_no"] for one in receiver.told] == ["O-1"]


def test_a_host_that_the_installation_allows_no_more_is_told_nothing(
    chief: Actor, receiver: Receiver, settings: Any
) -> None:
    subscribed(chief, receiver.url)
    decided("O-1")
    settings.WEBHOOK_HOSTS = ["*.example.com"]
    services.send_due()
    assert receiver.got == []
    assert Delivery.objects.get().fault == "host_refused"
    with pytest.raises(AddressRefused):
        subscribed(chief, receiver.url)


def test_who_may_set_up_a_webhook_and_what_is_refused(
    chief: Actor, reader: Actor, receiver: Receiver
) -> None:
    near = replace(chief, scope=Scope("unit", ("/1/",)))
    for refused, actor in ((AccessDenied, reader), (ReachTooSmall, near)):
        with pytest.raises(refused):
            subscribed(actor, receiver.url)
    for actor in (near, replace(chief, permits=frozenset())):
        with pytest.raises((AccessDenied, ReachTooSmall)):
            queries.subscriptions(actor)
    with pytest.raises(SubscriptionInvalid, match="nonsense"):
        subscribed(chief, receiver.url, "nonsense")
    with pytest.raises(SubscriptionInvalid):
        services.subscribe(actor=chief, on=JUNE, name=" ", url=receiver.url)
    with pytest.raises(SubscriptionInvalid):
        services.subscribe(actor=chief, on=JUNE, name="ERP", url=receiver.url, events=())
    with pytest.raises(AddressRefused):
        subscribed(chief, "gopher://erp/")
    with pytest.raises(SubscriptionUnknown):
        services.switch(actor=chief, on=JUNE, subscription_id=99, is_on=True)
    with pytest.raises(DeliveryUnknown):
        services.send_again(actor=chief, on=JUNE, delivery_id=99)
    assert not Subscription.objects.exists()


def test_what_arrived_long_ago_is_forgotten_and_what_was_given_up_is_not(
    chief: Actor, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribed(chief, receiver.url)
    decided("O-1")
    services.send_due()
    decided("O-2")
    Delivery.objects.filter(state="waiting").update(state="dead")
    assert services.forget_old() == 0
    monkeypatch.setattr(sending, "timestamp", lambda: timezone.now() + timedelta(days=31))

    assert services.forget_old() == 1
    assert [one.payload["order_no"] for one in Event.objects.all()] == ["O-2"]
