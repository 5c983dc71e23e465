"""Tasks: ordered, done with a result, withdrawn; a repeated one leaves the next."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.operations.duties import policy, rules, selecting
from xinheng.operations.duties.errors import DutyInvalid, TaskClosed
from xinheng.operations.duties.models import Task
from xinheng.operations.duties.values import EVERY, TASK_KINDS, NewTask


@transaction.atomic
def order_task(*, actor: Actor, on: date, new: NewTask) -> Task:
    """Order something to be done by a day, once or again and again (KPR-06), or ask for a contribution.

    Refuses: AccessDenied, DutyInvalid, DutyUnitUnknown.
    """
    access.require(actor, "duties.write", "task")
    title = selecting.needed(new.title, "title", 200)
    if new.due_on < on:
        raise DutyInvalid(field="due_on", cause=_("A task is due today or later."))
    if new.every not in EVERY:
        raise DutyInvalid(field="every", cause=_("Choose how often."))
    if new.kind not in TASK_KINDS:
        raise DutyInvalid(field="kind", cause=_("There is no such kind of task."))
    _known_duty(new, on=on)
    made = Task.objects.create(
        kind=new.kind, title=title, unit_id=selecting.unit_id(new.unit_code),
        owner=selecting.login_of(new.owner, "owner"), pack=new.pack if new.duty else "", duty=new.duty,
        due_on=new.due_on, every=new.every, ordered_by=actor.login, ordered_on=on,
    )  # fmt: skip
    after = {
        "title": title,
        "unit": new.unit_code,
        "owner": made.owner,
        "due_on": made.due_on,
        "every": made.every,
    }
    audit.record(actor=actor, act="duties.order_task", subject=f"task:{made.pk}", on=on, after=after)
    return made


@transaction.atomic
def finish_task(*, actor: Actor, on: date, task_id: int, result: str) -> Task:
    """Note that a task was done, with what it came to; a repeated one is due again from then on.

    Refuses: AccessDenied, TaskUnknown, TaskClosed, DutyInvalid.
    """
    access.require(actor, "duties.read", f"task:{task_id}")
    task = selecting.get_task(actor, task_id, lock=True)
    if task.owner != actor.login:
        access.require(actor, "duties.write", f"task:{task_id}")
    _is_open(task)
    task.state, task.result = "done", selecting.needed(result, "result", 1000)
    task.done_on, task.done_by = on, actor.login
    task.save(update_fields=["state", "result", "done_on", "done_by"])
    after = {"done_on": on, "late": on > task.due_on}
    if task.every:
        following = Task.objects.create(
            kind=task.kind, title=task.title, unit_id=task.unit_id, owner=task.owner, pack=task.pack,
            duty=task.duty, due_on=max(rules.next_due(task.due_on, task.every), on), every=task.every,
            ordered_by=task.ordered_by, ordered_on=on,
        )  # fmt: skip
        after |= {"next": following.pk, "next_due_on": following.due_on}
    audit.record(
        actor=actor,
        act="duties.finish_task",
        subject=f"task:{task.pk}",
        on=on,
        after=after,
        reason=task.result[:300],
    )
    return task


@transaction.atomic
def withdraw_task(*, actor: Actor, on: date, task_id: int, why: str) -> Task:
    """Take a task back; a repeated one comes no more.

    Refuses: AccessDenied, TaskUnknown, TaskClosed, DutyInvalid.
    """
    access.require(actor, "duties.write", f"task:{task_id}")
    task = selecting.get_task(actor, task_id, lock=True)
    _is_open(task)
    task.state, task.result = "withdrawn", selecting.needed(why, "why", 300)
    task.save(update_fields=["state", "result"])
    audit.record(
        actor=actor, act="duties.withdraw_task", subject=f"task:{task.pk}", on=on,
        after={"state": "withdrawn"}, reason=task.result,
    )  # fmt: skip
    return task


def _is_open(task: Task) -> None:
    if task.state != "open":
        raise TaskClosed(task=task.pk)


def _known_duty(new: NewTask, *, on: date) -> None:
    if not new.duty:
        return
    which, _dot, code = new.duty.partition(".")
    document = policy.lists(on).get(new.pack)
    found = next((one for one in document.lists if one.code == which), None) if document else None
    if found is None or code not in {one.code for one in found.duties}:
        raise DutyInvalid(field="duty", cause=_("There is no such standing duty."))
    if not selecting.bears(new.unit_code, new.pack, on=on):  # MIN-02
        raise DutyInvalid(field="unit_code", cause=_("The unit is not among those of this list of duties."))
