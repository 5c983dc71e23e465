"""Questions to dunning: levels, runs, letters, pauses, and what calls came to."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

import polars as pl
from django.db.models import F, Q, QuerySet

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.operations.dunning import gathering, policy
from xinheng.operations.dunning.errors import ReminderUnknown, RunUnknown
from xinheng.operations.dunning.holding import ladder_of
from xinheng.operations.dunning.ladder import Ladder
from xinheng.operations.dunning.models import (
    Block,
    Call,
    Item,
    Jump,
    LadderChoice,
    Letter,
    Pause,
    Reminder,
    Run,
)
from xinheng.operations.dunning.policy import KIND, by_hash, company_ladder
from xinheng.operations.dunning.policy import check as check_ladder
from xinheng.operations.dunning.policy import in_force as ladders_in_force
from xinheng.operations.dunning.policy import shipped as shipped_ladder
from xinheng.operations.dunning.running import preview
from xinheng.operations.dunning.values import (
    CAUSES,
    CHOICES,
    DECISIONS,
    KINDS,
    RESULTS,
    RUN_STATES,
    SORTS,
    Wanted,
)
from xinheng.operations.dunning.wording import Words, day_told, words_of

__all__ = [
    "CAUSES", "CHOICES", "DECISIONS", "KIND", "KINDS", "RESULTS", "RUN_STATES", "Words", "blocks", "by_hash",
    "calls", "check_ladder", "choices", "company_ladder", "contacts", "day_told", "items", "ladder_of",
    "ladder_of_letter", "ladders_in_force", "letter", "letter_by_key", "letters", "levels", "lines_of",
    "missing_of",
    "pauses", "preview", "reminders_of", "run", "runs", "shipped_ladder", "waiting_jumps", "words_of",
]  # fmt: skip

LEVELS = {"bill_id": pl.Int64, "level": pl.Int64, "sent_on": pl.Date}
CONTACTS = {
    "customer_id": pl.Int64, "on": pl.Date, "way": pl.String, "level": pl.Int64, "what": pl.String,
    "note": pl.String, "by": pl.String, "letter_id": pl.Int64,
}  # fmt: skip
FEW = 5_000


def levels(*, as_of: date, bill_ids: Collection[int] | None = None) -> pl.DataFrame:
    """The highest level each bill was reminded at by a day, and when: bill_id, level, sent_on.

    A bill that was never reminded has no row; level 0 is a reminder before it is due. bill_ids: None is all.
    """
    rows = Reminder.objects.filter(sent_on__lte=as_of)
    if bill_ids is not None and len(bill_ids) <= FEW:
        rows = rows.filter(bill_id__in=list(bill_ids))
    found = pl.DataFrame(
        list(rows.values_list(*LEVELS)), schema=LEVELS, orient="row", infer_schema_length=None
    )
    if bill_ids is not None and len(bill_ids) > FEW:
        found = found.filter(pl.col("bill_id").is_in(list(bill_ids)))
    return found.sort("level", "sent_on").group_by("bill_id", maintain_order=True).last().sort("bill_id")


def contacts(among: QuerySet[Any] | None, *, since: date, until: date) -> pl.DataFrame:
    """What customers were told and what calls came to, from a day to a day, the newest first.

    among: the rows of customers.queries.visible; None: everybody. Gives customer_id, on, way ("letter" for
    what a run sent, whatever its ways; "phone" for a call), level (null: of a call), what (a result, or
    "sent"), note, by and letter_id.
    """
    sent = Letter.objects.filter(state="sent", sent_on__range=(since, until))
    made = Call.objects.filter(on__range=(since, until))
    if among is not None:
        ids = among.order_by().values("pk")
        sent, made = sent.filter(customer__in=ids), made.filter(customer__in=ids)
    rows: list[tuple[Any, ...]] = [
        (who, day, "letter", level, "sent", "", by, key)
        for who, day, level, by, key in sent.values_list(
            "customer_id", "sent_on", "level", "run__sent_by", "pk"
        )
    ]
    rows += [
        (who, day, "phone", None, result, note, by, key)
        for who, day, result, note, by, key in made.values_list(
            "customer_id", "on", "result", "note", "made_by", "letter_id"
        )
    ]
    frame = pl.DataFrame(rows, schema=CONTACTS, orient="row", infer_schema_length=None)
    return frame.sort("on", "customer_id", descending=[True, False])


def runs(actor: Actor) -> QuerySet[Run]:
    """Every run, the newest first. Refuses: AccessDenied."""
    access.require(actor, "dunning.read")
    return Run.objects.order_by("-on", "-pk")


def run(actor: Actor, run_id: int) -> Run:
    """One run. Refuses: AccessDenied, RunUnknown."""
    found = runs(actor).filter(pk=run_id).first()
    if found is None:
        raise RunUnknown(run=run_id)
    return found


def missing_of(actor: Actor, of: Run, *, on: date) -> list[dict[str, Any]]:
    """The addresses that visible customers lacked in a run: customer_no, name, way and field of each.

    Refuses: AccessDenied.
    """
    access.require(actor, "dunning.read", f"dunning_run:{of.pk}")
    if actor.scope.reach == "everything":
        return list(of.missing)
    nos = {one["customer_no"] for one in of.missing}
    seen = set(customers.visible(actor, on=on).filter(no__in=nos).values_list("no", flat=True))
    return [one for one in of.missing if one["customer_no"] in seen]


def items(actor: Actor, run_id: int, *, on: date, decision: str = "", text: str = "") -> QuerySet[Item]:
    """What a run decided on each item of visible customers, by customer and due day.

    Refuses: AccessDenied.
    """
    access.require(actor, "dunning.read", f"dunning_run:{run_id}")
    rows = Item.objects.filter(run_id=run_id).select_related("customer", "bill")
    rows = rows.filter(reached(actor, on))
    if decision in DECISIONS:
        rows = rows.filter(decision=decision)
    if wanted := text.strip():
        rows = rows.filter(
            Q(customer__no=wanted) | Q(customer__name__contains=wanted) | Q(bill__bill_no=wanted)
        )
    return rows.order_by("customer_id", "due_on", "pk")


def letters(actor: Actor, wanted: Wanted, *, on: date) -> QuerySet[Letter]:
    """Letters to visible customers that pass the filters. Refuses: AccessDenied.

    wanted.mine: those of which the actor shall be told, as who answers for the customer or by a role.
    """
    access.require(actor, "dunning.read")
    rows = Letter.objects.select_related("customer", "run").filter(reached(actor, on))
    rows = rows.exclude(state="undone")
    if text := wanted.text.strip():
        rows = rows.filter(Q(customer__no=text) | Q(customer__name__contains=text))
    if wanted.state in ("planned", "sent"):
        rows = rows.filter(state=wanted.state)
    if wanted.level is not None:
        rows = rows.filter(level__gte=wanted.level)
    if wanted.ladder:
        rows = rows.filter(ladder=wanted.ladder)
    if wanted.run:
        rows = rows.filter(run=wanted.run)
    if wanted.mine:
        rows = rows.filter(told_too(actor, on))
    if wanted.after:
        return rows.filter(pk__lt=wanted.after).order_by("-pk")
    sort = wanted.sort.removeprefix("-")
    column = F(SORTS.get(sort, "pk"))
    return rows.order_by(column.desc() if wanted.sort.startswith("-") else column.asc(), "-pk")


def letter(actor: Actor, letter_id: int, *, on: date) -> Letter:
    """One letter. Refuses: AccessDenied; ReminderUnknown, also when out of reach."""
    found = letters(actor, Wanted(), on=on).filter(pk=letter_id).first()
    if found is None:
        raise ReminderUnknown(reminder=letter_id)
    return found


def letter_by_key(letter_id: int) -> Letter:
    """One letter, for who makes its paper. Refuses: ReminderUnknown."""
    found = Letter.objects.select_related("customer", "run").filter(pk=letter_id).first()
    if found is None:
        raise ReminderUnknown(reminder=letter_id)
    return found


def lines_of(of: Letter) -> QuerySet[Item]:
    """The lines of a letter, what is due first first. For callers that asked for the letter."""
    rows = Item.objects.filter(run_id=of.run_id, letter=of.place)
    return rows.select_related("bill").order_by("due_on", "bill_id", "instalment")


def ladder_of_letter(of: Letter) -> Ladder:
    """The ladder a letter was planned by, as it read then."""
    return by_hash({of.ladder: of.run.ladders[of.ladder]})[of.ladder]


def reminders_of(customer: Any, *, lives: bool | None = None) -> QuerySet[Reminder]:
    """What a customer was reminded of, the last first."""
    rows = Reminder.objects.filter(customer=customer).select_related("bill", "letter")
    rows = rows if lives is None else rows.filter(lives=lives)
    return rows.order_by("-sent_on", "-pk")


def pauses(actor: Actor, *, on: date, customer: Any = None) -> QuerySet[Pause]:
    """The pauses that hold on a day for visible customers, what ends first first. Refuses: AccessDenied."""
    access.require(actor, "dunning.read")
    rows = Pause.objects.filter(gathering.paused(on)).filter(reached(actor, on))
    rows = rows.filter(customer=customer) if customer is not None else rows
    return rows.select_related("customer", "bill").order_by("until_on", "pk")


def choices(actor: Actor, *, on: date, customer: Any = None) -> QuerySet[LadderChoice]:
    """The ladders chosen for visible customers on a day. Refuses: AccessDenied."""
    access.require(actor, "dunning.read")
    rows = LadderChoice.objects.filter(gathering.chosen(on)).filter(reached(actor, on))
    rows = rows.filter(customer=customer) if customer is not None else rows
    return rows.select_related("customer", "bill").order_by("customer__no", "level", "pk")


def calls(actor: Actor, *, on: date, customer: Any = None) -> QuerySet[Call]:
    """What calls to visible customers came to, the newest first. Refuses: AccessDenied."""
    access.require(actor, "dunning.read")
    rows = Call.objects.filter(reached(actor, on))
    rows = rows.filter(customer=customer) if customer is not None else rows
    return rows.select_related("customer", "letter").order_by("-on", "-pk")


def blocks(actor: Actor, *, on: date) -> QuerySet[Block]:
    """The accounts that a level holds now, of visible customers. Refuses: AccessDenied."""
    access.require(actor, "dunning.read")
    rows = Block.objects.filter(lifted_on__isnull=True).filter(reached(actor, on))
    return rows.select_related("customer").order_by("from_on", "pk")


def waiting_jumps(customer: Any) -> QuerySet[Jump]:
    """The jumps of a customer's bills that the next run makes."""
    return Jump.objects.filter(is_used=False, bill__customer=customer).select_related("bill")


def told_too(actor: Actor, on: date) -> Q:
    """Letters of which the actor shall be told: as who answers for the customer, or by a role (LIM-09)."""
    roles = people.roles_held(actor.person_id, on=on) if actor.person_id else frozenset()
    mine = Q(pk__in=[])
    for code, (ladder, _sha256) in policy.in_force(on).items():
        by_role = [one.level for one in ladder.levels if roles & set(one.also)]
        mine |= Q(ladder=code, level__in=by_role)
        responsible = [one.level for one in ladder.levels if "responsible" in one.also]
        if actor.person_id and responsible:
            answered = customers.answering(on=on).filter(person_id=actor.person_id)
            mine |= Q(
                ladder=code, level__in=responsible, customer__in=answered.order_by().values("customer_id")
            )
    return mine


def reached(actor: Actor, on: date) -> Q:
    """The rows of customers the actor reaches."""
    if actor.scope.reach == "everything":
        return Q()
    return Q(customer__in=customers.visible(actor, on=on).order_by().values("pk"))
