"""Webhooks at the pages, by the API and by command: added, tried, given up, sent again."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.utils import timezone

from tests.base.webhooks.conftest import receiver  # noqa: F401
from tests.base.webhooks.receiver import Receiver, signed
from tests.web.pages.test_shell_pages import enter, on, page  # noqa: F401
from tests.wiring.conftest import Typed
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import system_actor
from xinheng.base.webhooks import services
from xinheng.base.webhooks.models import Delivery, Subscription
from xinheng.runs.services import business_day

pytestmark = pytest.mark.django_db


def test_a_webhook_is_added_tried_and_what_is_given_up_sent_again(enter: Any, receiver: Receiver) -> None:  # noqa: F811
    client = enter("administrator")
    assert "No webhook yet" in page(client.get("/webhooks/"))
    assert "Nothing was told yet" in page(client.get("/webhooks/deliveries/"))
    refused = page(client.post("/webhooks/", {"name": "ERP", "url": "gopher://x", "events": ["*"]}), 422)
    assert "gopher://x may not be told" in refused
    assert not Subscription.objects.exists()

    made = client.post("/webhooks/", {"name": "ERP", "url": receiver.url, "events": ["order.decided"]})
    secret = made.context["secret"]
    assert secret in page(made)
    assert made["Cache-Control"] == "no-store"
    assert secret not in page(client.get("/webhooks/"))
    one = Subscription.objects.get()
    client.post(f"/webhooks/{one.pk}/try/")
    receiver.answers = [500]
    services.send_due()
    assert "HTTP 500" in page(client.get("/webhooks/deliveries/?state=waiting"))
    assert "does not answer" in page(client.get("/webhooks/"))
    Delivery.objects.update(state="dead")
    assert "could not be delivered" in page(client.get(f"/webhooks/deliveries/?webhook={one.pk}&state=dead"))
    assert "No delivery fits the filter" in page(client.get("/webhooks/deliveries/?q=C-7&after=abc"))

    renewed = client.post(f"/webhooks/{one.pk}/secret/").context["secret"]
    row = Delivery.objects.get()
    client.post(f"/webhooks/deliveries/{row.pk}/again/")
    assert services.send_due() == 1
    headers, body = receiver.got[-1]
    assert headers["webhook-signature"] == signed(renewed, headers, body)
    assert "it answers" in page(client.get("/webhooks/"))
    book = openpyxl.load_workbook(
        io.BytesIO(client.get("/webhooks/deliveries/export/?state=delivered").content)
    )
    assert [cell.value for cell in book.worksheets[0][2]][3:] == [
        "A trial, sent by a person", f"webhook:{one.pk}", row.event.message_id, "arrived", 1, None,
    ]  # fmt: skip
    client.post(f"/webhooks/{one.pk}/switch/", {"is_on": "0"})
    assert "switched off" in page(client.get("/webhooks/"))
    done = list(
        Entry.objects.filter(act__startswith="webhooks.").order_by("id").values_list("act", "outcome")
    )
    assert done == [
        ("webhooks.subscribe", "done"), ("webhooks.send_trial", "done"), ("webhooks.renew_secret", "done"),
        ("webhooks.send_again", "done"), ("webhooks.switch", "done"),
    ]  # fmt: skip


def test_a_program_sets_up_a_webhook_and_a_retry_does_not_show_the_secret_again(
    client: Any,
    on: Any,  # noqa: F811
    receiver: Receiver,  # noqa: F811
) -> None:
    access.create_person(
        actor=system_actor(), on=on, login="erp", name="ERP", password="长江-river-2026",
        role="administrator", unit="HQ",
    )  # fmt: skip
    actor = access.actor_of(Person.objects.get(login="erp"), on=on)
    token, _kept = access.issue_token(
        actor=actor, on=on, name="t", login="", expires_on=business_day(), permits=["webhooks.*"]
    )
    head = {"HTTP_AUTHORIZATION": f"Bearer {token}", "content_type": "application/json"}
    events = client.get("/api/v1/webhook-events", **head).json()
    assert "order_no" in {one["code"]: one for one in events}["order.decided"]["fields"]
    told = {"name": "ERP", "url": receiver.url}
    first, second = (
        client.post("/api/v1/webhooks", told, **head, HTTP_IDEMPOTENCY_KEY="k").json() for _try in range(2)
    )
    assert first["secret"].startswith("whsec_")
    assert second == {"id": first["id"], "secret": None}

    sent = client.post(f"/api/v1/webhooks/{first['id']}/trial", **head).json()
    services.send_due()
    (seen,) = client.get("/api/v1/webhook-deliveries?state=delivered", **head).json()["items"]
    assert (seen["id"], seen["answer"], seen["data"]) == (sent["id"], 204, {"subscription": "ERP"})
    assert seen["at"] <= timezone.now().isoformat()
    assert client.post(f"/api/v1/webhook-deliveries/{seen['id']}/send-again", **head).status_code == 200
    assert client.get("/api/v1/webhook-deliveries?state=delivered", **head).json()["items"] == []
    again = client.post(f"/api/v1/webhook-deliveries/{seen['id']}/send-again", **head)
    assert (again.status_code, again.json()["code"]) == (409, "delivery_waiting")
    assert client.post(f"/api/v1/webhooks/{first['id']}/secret", **head).json()["secret"] != first["secret"]
    client.post(f"/api/v1/webhooks/{first['id']}/switch", {"is_on": False}, **head)
    (one,) = client.get("/api/v1/webhooks", **head).json()
    assert (one["is_on"], one["waiting"], one["dead"]) == (False, 1, 0)


def test_webhooks_by_command(on: Any, receiver: Receiver, settings: Any) -> None:  # noqa: F811
    shell = Typed(settings.HOME)
    made = shell.json("webhooks", "add", "ERP", receiver.url, "--event", "order.decided")
    assert made["secret"].startswith("whsec_")
    assert shell.json("webhooks", "add", "X", "ftp://x", code=1)["refused"] == "webhook_address_refused"
    (one,) = shell.json("webhooks", "list")
    assert (one["url"], one["events"], one["waiting"]) == (receiver.url, ["order.decided"], 0)
    shell.run("webhooks", "try", str(one["id"]))
    services.send_due()
    (sent,) = shell.json("webhooks", "deliveries", "--state", "delivered")
    assert (sent["event"], sent["tries"]) == ("webhook.test", 1)
    shell.run("webhooks", "send-again", str(sent["id"]))
    shell.run("webhooks", "switch", str(one["id"]), "off")
    assert "已停用" not in shell.run("webhooks", "list").stdout
    assert shell.json("webhooks", "list")[0]["is_on"] is False
    assert "whsec_" in shell.run("webhooks", "renew-secret", str(one["id"])).stdout
    assert shell.json("webhooks", "deliveries", "--state", "waiting")[0]["id"] == sent["id"]
