"""Sending a run: letters become messages some at a time, so that a run that was cut off goes on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel import bulk
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.clock import timestamp
from xinheng.base.messages import services as messages
from xinheng.base.messages.values import NewMessage
from xinheng.facts.customers import queries as customers
from xinheng.operations.charges import services as charges
from xinheng.operations.dunning import blocking, policy, rows, wording
from xinheng.operations.dunning.errors import DunningReachTooSmall, RunInPast, RunMoved
from xinheng.operations.dunning.ladder import Ladder
from xinheng.operations.dunning.models import Item, Jump, Letter, Reminder, Run
from xinheng.operations.dunning.running import locked
from xinheng.operations.dunning.values import RUN_STATES

AT_ONCE = 500  # letters of one transaction
NEEDS = {"email": "email", "sms": "phone", "chat": "phone", "phone": "phone"}
PAPER = "dunning_letter"
LANGUAGES = {"zh": "zh-hans", "en": "en"}


def send_run(*, actor: Actor, on: date, run_id: int) -> Run:
    """Send the reminders of a run; a run that was cut off goes on, and nobody is reminded twice.

    Each letter goes by all ways of its level; where the customer has no address for a way, that is noted in
    `run.missing`, and a level of which no way is left is printed as a letter. Then the checks of orders are
    told the levels, and what levels charge for is charged.
    Refuses: AccessDenied, DunningReachTooSmall, RunUnknown, RunMoved, RunInPast, RateUnknown.
    """
    access.require(actor, "dunning.send", f"dunning_run:{run_id}")
    if actor.scope.reach != "everything":
        raise DunningReachTooSmall
    _begin(run_id, on)
    while _some_sent(run_id, actor=actor, on=on):
        pass
    return _end(run_id, actor=actor, on=on)


@transaction.atomic
def _begin(run_id: int, on: date) -> None:
    run = locked(run_id)
    if run.state not in ("planned", "sending"):
        raise RunMoved(on=run.on, state=RUN_STATES[run.state])
    if run.state == "planned" and run.on != on:
        raise RunInPast(on=run.on)
    run.state, run.missing = "sending", run.missing if run.state == "sending" else []
    run.save(update_fields=["state", "missing"])


@transaction.atomic
def _some_sent(run_id: int, *, actor: Actor, on: date) -> int:
    """Send the next letters of a run; gives how many."""
    run = locked(run_id)
    if run.state != "sending":
        raise RunMoved(on=run.on, state=RUN_STATES[run.state])
    waiting = Letter.objects.filter(run=run, state="planned").select_related("customer").order_by("place")
    letters = list(waiting[:AT_ONCE])
    if not letters:
        return 0
    ladders = policy.by_hash(run.ladders)
    contacts = _contacts(letters, on)
    new: list[NewMessage] = []
    for letter in letters:
        ladder = ladders[letter.ladder]
        made, missing = _messages(letter, ladder, contacts.get(letter.customer_id, {}), on=run.on)
        new += made
        run.missing += missing
    messages.send_all(new, on=on, by=actor.login)
    _remind(run, letters, ladders)
    keys = [letter.pk for letter in letters]
    Letter.objects.filter(pk__in=keys).update(state="sent", sent_on=run.on)
    run.save(update_fields=["missing"])
    return len(letters)


@transaction.atomic
def _end(run_id: int, *, actor: Actor, on: date) -> Run:
    run = locked(run_id)
    if run.state != "sending":
        return run
    run.state, run.sent_by, run.sent_at = "sent", actor.login, timestamp()
    run.save(update_fields=["state", "sent_by", "sent_at"])
    reminded = Item.objects.filter(run=run, decision="remind", level__gt=0).order_by()
    ids = list(reminded.values_list("customer_id", flat=True).distinct())
    if ids:
        blocking.tell_levels(ids, actor=rows.system(), on=on)
    charging = rows.charging(run.pk, policy.by_hash(run.ladders))
    if charging:
        charges.post_charges(actor=rows.system(), on=on, until_on=run.on, bill_ids=charging)
    after = {"run": run.pk, "letters": run.letters, "missing": len(run.missing), "counts": run.counts}
    audit.record(actor=actor, act="dunning.send_run", subject=f"dunning:{run.on}", on=on, after=after)
    return run


def _remind(run: Run, letters: Sequence[Letter], ladders: dict[str, Ladder]) -> None:
    """Keep what each item was reminded of; its reminder before no longer lives."""
    frame = rows.reminded(run.pk, [letter.place for letter in letters])
    if frame.is_empty():
        return
    blocks = {(code, one.level): one.blocks for code, ladder in ladders.items() for one in ladder.levels}
    by_place = {letter.place: letter for letter in letters}
    keep = rows.as_reminders(frame, by_place, blocks, sent_on=run.on)
    rows.end_before(keep)
    bulk.append(Reminder, keep)
    Jump.objects.filter(is_used=False, bill_id__in=keep["bill_id"].to_list()).update(is_used=True)


def _contacts(letters: Sequence[Letter], on: date) -> dict[int, dict[str, tuple[str, str]]]:
    """The first contact of each customer with an e-mail address, and with a phone: name and address."""
    ids = [letter.customer_id for letter in letters]
    running = customers.contacts_of(ids, on=on)
    found: dict[int, dict[str, tuple[str, str]]] = {}
    for key, name, phone, email in running.values_list("customer_id", "name", "phone", "email"):
        mine = found.setdefault(key, {})
        for field, address in (("phone", phone), ("email", email)):
            if address:
                mine.setdefault(field, (name, address))
    return found


def _messages(
    letter: Letter, ladder: Ladder, contacts: dict[str, tuple[str, str]], *, on: date
) -> tuple[list[NewMessage], list[dict[str, Any]]]:
    """The messages of one letter by each way of its level, and the addresses that are missing."""
    words = wording.words_of(letter, ladder, on=on)
    made, missing = [], []
    ways = list(ladder.at(letter.level).ways)
    for way in ways:
        field = NEEDS.get(way)
        if field and field not in contacts:
            missing.append(
                {"customer_no": letter.customer.no, "name": letter.customer.name, "way": way, "field": field}
            )
            continue
        made.append(_message(letter, way, words, contacts.get(field or "", (letter.customer.name, ""))))
    if ways and not made:
        made.append(_message(letter, "letter", words, (letter.customer.name, "")))
    return made, missing


def _message(letter: Letter, way: Any, words: wording.Words, contact: tuple[str, str]) -> NewMessage:
    name, address = contact
    has_paper = way in ("letter", "email")
    text = f"{words.body}\n{words.consequence}".strip() if way not in {"sms", "chat"} else words.short
    return NewMessage(
        way=way, recipient=(letter.customer.name if way == "letter" else name)[:120], address=address,
        title=words.title[:200], text=text, subject=f"customer:{letter.customer.no}",
        about=f"{PAPER}:{letter.pk}", paper=f"{PAPER}:{letter.pk}" if has_paper else "",
        paper_name=f"{letter.customer.no}-{on_paper(letter)}.pdf" if has_paper else "",
        language=LANGUAGES[letter.language],
    )  # fmt: skip


def on_paper(letter: Letter) -> str:
    """The number of a letter, as it stands on it."""
    return f"{letter.run_id}-{letter.place}"
