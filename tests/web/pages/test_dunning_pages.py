"""Reminders and messages at the pages, by the API and by command."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.base.messages.conftest import gateway  # noqa: F401
from tests.base.webhooks.receiver import Receiver
from tests.facts.receivables.conftest import customer
from tests.web.pages.test_shell_pages import enter, on, page  # noqa: F401
from tests.wiring.conftest import Typed
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.kernel.money import Money
from xinheng.base.messages import rules
from xinheng.base.messages import services as sending
from xinheng.base.messages.models import Message
from xinheng.base.packs.adopting import put_in_force
from xinheng.base.webhooks import services as webhooks
from xinheng.facts.customers.models import Contact
from xinheng.facts.receivables import services as ledger
from xinheng.facts.receivables.values import NewBill
from xinheng.operations.dunning import services as acts
from xinheng.operations.dunning.models import Call, LadderChoice, Letter, Pause, Run

pytestmark = pytest.mark.django_db
SHIPPED = (Path(__file__).resolve().parents[3] / "packs" / "general" / "dunning_ladder.yaml").read_text(
    "utf-8"
)


@pytest.fixture
def owing(on: date) -> Actor:  # noqa: F811
    """C-7 with a contact and C-8 without one, each with a bill past due; every day may be reminded on."""
    chief = system_actor()
    text = SHIPPED.replace("quiet: {rest_days: true}", "quiet: {rest_days: false}")
    put_in_force(actor=chief, on=on, kind="dunning_ladder", text=text, effective_from=on - timedelta(days=90))
    for no in ("C-7", "C-8"):
        who = customer(no)
        bill = NewBill(f"B-{no}", on - timedelta(days=60), on - timedelta(days=20), Money.of("1000.00"))
        ledger.post_bill(actor=chief, on=on - timedelta(days=60), customer_no=no, bill=bill)
        if no == "C-7":
            Contact.objects.create(
                customer=who, name="王会计", phone="13800005678", email="wang@example.com", told_on=on
            )
    return chief


@pytest.mark.any_database
def test_a_run_is_looked_at_sent_and_followed_up_at_the_pages(owing: Actor, on: date, enter: Any) -> None:  # noqa: F811
    client = enter("credit_manager")
    assert "No dunning run yet" in page(client.get("/dunning/"))
    assert "Nobody was reminded yet" in page(client.get("/dunning/letters/"))
    ahead = page(client.get(f"/dunning/preview/?on={on - timedelta(days=28)}"))
    assert "Nobody would be reminded on this day" in ahead
    assert "1,000.00" in page(client.get("/dunning/preview/"))
    assert not Run.objects.exists()

    run = Run.objects.get(pk=int(client.post("/dunning/plan/").url.rstrip("/").rpartition("/")[2]))
    shown = page(client.get(f"/dunning/runs/{run.pk}/?decision=remind"))
    assert "reminded at a new level" in shown
    assert "B-C-7" in shown
    assert "No item fits" in page(client.get(f"/dunning/runs/{run.pk}/?q=C-9"))
    client.post(f"/dunning/runs/{run.pk}/send/")
    shown = page(client.get(f"/dunning/runs/{run.pk}/"))
    assert "no contact has an e-mail address" in shown
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/dunning/runs/{run.pk}/export/").content))
    assert [cell.value for cell in book.worksheets[0][2]][7:10] == [1000, 1000, 20]
    undone = page(client.post(f"/dunning/runs/{run.pk}/undo/", {"reason": "x"}), 422)
    assert "this cannot be done with it any more" in undone

    letter = Letter.objects.get(customer__no="C-7")
    assert "C-7" in page(client.get("/dunning/letters/?level=1&q=C-7&sort=-due"))
    assert "No reminder fits the filter" in page(client.get("/dunning/letters/?level=2"))
    assert client.get("/dunning/letters/export/?level=1").content[:2] == b"PK"
    assert client.get(f"/dunning/letters/{letter.pk}/pdf/").content.startswith(b"%PDF")
    shown = page(client.get(f"/dunning/letters/{letter.pk}/"))
    assert "wang@example.com" in shown
    told = {"result": "promised", "promised_on": "", "promised": ""}
    refused = page(client.post(f"/dunning/letters/{letter.pk}/call/", told), 422)
    assert "A promise has a day" in refused
    told["promised_on"] = (on + timedelta(days=5)).isoformat()
    client.post(f"/dunning/letters/{letter.pk}/call/", {**told, "promised": "600.00"})
    assert Call.objects.get().promised_minor == 60_000
    assert "promised to pay" in page(client.get(f"/dunning/letters/{letter.pk}/"))


@pytest.mark.any_database
def test_what_is_held_back_is_set_and_ended_at_the_pages(owing: Actor, on: date, enter: Any) -> None:  # noqa: F811
    client = enter("credit_manager")
    assert "Nothing is held back" in page(client.get("/dunning/held/"))
    where = "/dunning/of/C-7/act/"
    until = (on + timedelta(days=9)).isoformat()
    pause = {"act": "pause", "until_on": until, "cause": "other", "reason": "对账中"}
    assert "has no open bill X-1" in page(client.post(where, {**pause, "bill_no": "X-1"}), 422)
    client.post(where, pause)
    choose = {"act": "choose", "level": "customer", "ladder": "mild", "reason": "大客户", "language": "en"}
    assert "There is no ladder mild in force" in page(client.post(where, choose), 422)
    client.post(where, {**choose, "ladder": "general"})
    jump = {"act": "jump", "bill_no": "B-C-7", "level": "4", "reason": "停业"}
    client.post(where, jump)
    shown = page(client.get("/dunning/of/C-7/"))
    for words in ("对账中", "大客户", "at level 4: 停业"):
        assert words in shown
    held = page(client.get("/dunning/held/"))
    assert "对账中" in held
    client.post(f"/dunning/pauses/{Pause.objects.get().pk}/resume/", {"reason": "已对清"})
    client.post(f"/dunning/choices/{LadderChoice.objects.get().pk}/end/")
    shown = page(client.get("/dunning/of/C-7/"))
    assert "对账中" not in shown
    assert "大客户" not in shown

    ladders = page(client.get("/dunning/ladders/"))
    assert "second letter and stop of supply" in ladders
    change = {"text": SHIPPED.replace("days: 15,", "days: 5,"), "purpose": "x", "effective_from": until}
    wrong = page(client.post("/dunning/ladders/general/change/", change), 422)
    assert "A higher level comes later after the due day than a lower one." in wrong


@pytest.mark.any_database
def test_ways_are_set_up_and_messages_followed_at_the_pages(
    owing: Actor,
    enter: Any,  # noqa: F811
    gateway: Receiver,  # noqa: F811
) -> None:
    client = enter("administrator")
    assert "Nothing was sent yet" in page(client.get("/messages/"))
    assert "No mail server is set" in page(client.get("/messages/ways/"))
    form = {"sms-way": "sms", "sms-form": "signed", "sms-is_on": "on", "sms-gap_minutes": "0"}
    assert "does not fit" in page(client.post("/messages/ways/sms/set/", {**form, "sms-url": "ftp://x"}), 422)
    made = client.post("/messages/ways/sms/set/", {**form, "sms-url": gateway.url})
    assert made["Cache-Control"] == "no-store"
    secret = made.context["secret"]
    assert secret not in page(client.get("/messages/ways/"))
    client.post("/messages/ways/sms/try/", {"address": "13800005678"})
    message = Message.objects.get()
    sending.send_due()
    assert gateway.told[0]["to"] == "13800005678"
    body = json.dumps({"message_id": message.message_id, "state": "delivered"}).encode()
    head = {f"HTTP_{name.upper().replace('-', '_')}": value
            for name, value in webhooks.signed_headers(secret, message_id="r", body=body).items()}  # fmt: skip
    answers = [
        client.post("/api/message-receipts", body, content_type="application/json", **more).status_code
        for more in ({}, head)
    ]
    assert answers == [401, 204]
    assert "received" in page(client.get(f"/messages/{message.pk}/"))
    assert "No message fits the filter" in page(client.get("/messages/?way=email&state=sent"))
    assert client.get("/messages/export/?way=sms").content[:2] == b"PK"


@pytest.mark.any_database
def test_a_program_plans_sends_and_reads_reminders(owing: Actor, client: Any, on: date) -> None:  # noqa: F811
    access.create_person(
        actor=system_actor(), on=on, login="erp", name="ERP", password="长江-river-2026",
        role="administrator", unit="HQ",
    )  # fmt: skip
    actor = access.actor_of(Person.objects.get(login="erp"), on=on)
    token, _kept = access.issue_token(
        actor=actor, on=on, name="t", login="", expires_on=on,
        permits=["dunning.*", "customers.read", "messages.*", "disputes.*"],
    )  # fmt: skip
    head: dict[str, Any] = {"HTTP_AUTHORIZATION": f"Bearer {token}", "content_type": "application/json"}
    where = "/api/v1"
    assert client.get(f"{where}/dunning/preview", **head).json()["counts"] == {"remind": 2}
    first, second = (
        client.post(f"{where}/dunning/runs", {}, **head, HTTP_IDEMPOTENCY_KEY="k").json() for _try in range(2)
    )
    assert first == second
    (item,) = client.get(f"{where}/dunning/runs/{first['id']}/items?text=C-7", **head).json()["items"]
    assert (item["decision"], item["asked"]["amount"], item["overdue_days"]) == ("remind", "1000.00", 20)
    sent = client.post(f"{where}/dunning/runs/{first['id']}/send", {}, **head).json()
    assert (sent["state"], len(sent["missing"])) == ("sent", 2)
    again = client.post(f"{where}/dunning/runs/{first['id']}/undo", {"reason": "x"}, **head)
    assert (again.status_code, again.json()["code"]) == (409, "dunning_run_moved")
    (reminder,) = client.get(f"{where}/reminders?text=C-7", **head).json()["items"]
    assert (reminder["asked"], reminder["level"]) == ({"amount": "1000.00", "currency": "CNY"}, 1)
    call = {"result": "refused", "reminder": reminder["id"], "note": "资金紧张"}
    assert client.post(f"{where}/customers/C-7/dunning-calls", call, **head).status_code == 201
    contacts = client.get(f"{where}/customers/C-7/dunning-contacts", **head).json()
    assert [one["what"] for one in contacts] == ["sent", "refused"]
    (letter,) = client.get(f"{where}/messages?way=letter", **head).json()["items"]
    done = {"state": "sent", "note": "EMS 1"}
    assert client.post(f"{where}/messages/{letter['id']}/done", done, **head).status_code == 200
    steps = client.get(f"{where}/messages/{letter['id']}", **head).json()["steps"]
    assert [(one["what"], one["note"]) for one in steps] == [("sent", "EMS 1")]
    ways = {one["way"]: one["fault"] for one in client.get(f"{where}/message-ways", **head).json()}
    assert (ways["letter"], ways["sms"]) == ("", "url_unset")


@pytest.mark.any_database
def test_reminders_by_command(
    owing: Actor,
    on: date,  # noqa: F811
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rules, "quiet_end", lambda *_told: None)  # at night short messages would wait
    shell = Typed(settings.HOME)
    assert shell.json("dunning", "preview")["counts"] == {"remind": 2}
    planned = shell.json("dunning", "run")
    assert planned["state"] == "planned"
    assert shell.json("dunning", "send", str(planned["id"]))["state"] == "sent"
    assert shell.json("dunning", "run", code=1)["refused"] == "dunning_run_of_day_sent"
    assert [one["asked"] for one in shell.json("dunning", "list", "C-7")] == ["1000.00"]
    assert len(shell.json("dunning", "runs")) == 1
    shell.run("dunning", "pause", "C-7", (on + timedelta(days=5)).isoformat(), "对账中")
    listed = shell.json("messages", "list", "--way", "letter")
    assert [one["state"] for one in listed] == ["to_do"]
    shell.run("messages", "done", str(listed[0]["id"]), "delivered")
    assert shell.json("messages", "send-due")["tried"] == 2
    assert {one["state"] for one in shell.json("messages", "list")} == {"delivered", "failed"}
    assert "C-7" in shell.run("dunning", "list").stdout


@pytest.mark.any_database
@pytest.mark.req("LIM-09")
def test_before_the_due_day_sales_and_finance_are_both_told(on: date, enter: Any) -> None:  # noqa: F811
    chief = system_actor()
    text = SHIPPED.replace("quiet: {rest_days: true}", "quiet: {rest_days: false}").replace(
        "days: -7", "days: -3"
    )
    put_in_force(actor=chief, on=on, kind="dunning_ladder", text=text, effective_from=on)
    clients = {role: enter(role, login=role) for role in ("salesperson", "finance_manager", "legal_manager")}
    who = customer("C-7")
    from xinheng.base.access.models import Unit
    from xinheng.facts.customers.models import Responsibility

    Responsibility.objects.create(
        customer=who,
        unit=Unit.objects.get(code="HQ"),
        person=Person.objects.get(login="salesperson"),
        from_on=on,
    )
    for number, days in (("B-1", 3), ("B-2", 4)):
        bill = NewBill(number, on, on + timedelta(days=days), Money.of("500.00"))
        ledger.post_bill(actor=chief, on=on, customer_no="C-7", bill=bill)
    run = acts.plan_run(actor=chief, on=on)
    acts.send_run(actor=chief, on=on, run_id=run.pk)
    assert Letter.objects.get().lines == 1  # the fourth day before is not the third
    for role, seen in (("salesperson", True), ("finance_manager", True), ("legal_manager", False)):
        assert ("reminder of the last seven days concerns you" in page(clients[role].get("/"))) is seen
