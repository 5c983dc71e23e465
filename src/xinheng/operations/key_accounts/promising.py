"""Service levels: proposed, confirmed by every department, used until the next version, and measured."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from xinheng.base.access import queries as people
from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.kernel.working_days import working_days_between
from xinheng.operations.key_accounts import naming, policy, rules, selecting
from xinheng.operations.key_accounts.errors import KeyAccountInvalid, KeyRequestUnknown
from xinheng.operations.key_accounts.models import Confirmation, Pause, Request, Target
from xinheng.operations.key_accounts.values import Attained, NewTarget, Wanted, coded


@transaction.atomic
def propose_target(*, actor: Actor, on: date, new: NewTarget) -> Target:
    """Propose a service level, or its next version; it is used when every department has confirmed it.

    Refuses: AccessDenied, KeyAccountInvalid: a target without a unit, of no service, without departments.
    """
    require(actor, "key_accounts.write", "key_targets")
    known = policy.in_force(on)
    naming.check_code("kind", coded((*known.services, known.enquiry), new.kind))
    if new.unit not in known.units:
        raise KeyAccountInvalid(cause=_("Say in which unit the target is: day or percent."), field="unit")
    if not 0 < new.value <= (100 if new.unit == "percent" else 366):
        raise KeyAccountInvalid(cause=_("This target cannot be."), field="value")
    units = sorted({naming.unit_id("departments", code) for code in new.departments})
    if not units:
        raise KeyAccountInvalid(cause=_("Name the departments that confirm it."), field="departments")
    last = Target.objects.filter(kind=new.kind).aggregate(last=Max("version"))["last"] or 0
    target = Target.objects.create(
        kind=new.kind, version=last + 1, unit=new.unit, value=new.value, proposed_by=actor.login,
        proposed_on=on,
    )  # fmt: skip
    Confirmation.objects.bulk_create(Confirmation(target=target, unit_id=unit) for unit in units)
    after = {"kind": new.kind, "version": target.version, "unit": new.unit, "value": new.value}
    record(
        actor=actor, act="key_accounts.propose_target", subject=f"key_target:{target.pk}", on=on, after=after
    )
    return target


@transaction.atomic
def confirm_target(*, actor: Actor, on: date, target_id: int, unit_code: str) -> Target:
    """Confirm a service level for a department one is placed in; with the last one it is used from today on.

    Refuses: AccessDenied, KeyRequestUnknown, KeyAccountInvalid.
    """
    require(actor, "key_accounts.write", f"key_target:{target_id}")
    target = Target.objects.select_for_update().filter(pk=target_id).first()
    if target is None:
        raise KeyRequestUnknown(no=target_id)
    row = selecting.confirmations_of(target).filter(unit__code=unit_code).first()
    if row is None or row.confirmed_on is not None:
        raise KeyAccountInvalid(cause=_("This department has nothing to confirm here."), field="unit_code")
    placed = people.assignments(system_actor(), on=on).filter(person__login=actor.login, unit=row.unit_id)
    if not placed.exists():
        raise KeyAccountInvalid(cause=_("Only somebody of the department confirms it."), field="unit_code")
    row.confirmed_on, row.confirmed_by = on, actor.login
    row.save(update_fields=["confirmed_on", "confirmed_by"])
    if not selecting.confirmations_of(target).filter(confirmed_on__isnull=True).exists():
        Target.objects.filter(kind=target.kind, from_on__isnull=False, until_on__isnull=True).update(
            until_on=on
        )
        target.from_on = on
        target.save(update_fields=["from_on"])
    after = {"unit": unit_code, "in_use": target.from_on}
    record(
        actor=actor, act="key_accounts.confirm_target", subject=f"key_target:{target.pk}", on=on, after=after
    )
    return target


def attainment(actor: Actor, *, since: date, until: date, on: date) -> list[Attained]:
    """How far each service level in use was kept by the requests closed in a period, both days included.

    Only requests within reach count; days are working days without the pauses. Refuses: AccessDenied.
    """
    seen = selecting.requests(actor, Wanted(), on=on).filter(same_as__isnull=True)
    closed = list(seen.filter(closed_on__range=(since, until)))
    stood: dict[int, int] = defaultdict(int)
    for pause in Pause.objects.filter(request__in=[one.pk for one in closed], until_on__isnull=False):
        stood[pause.request_id] += working_days_between(pause.from_on, pause.until_on or pause.from_on)[0]
    known = policy.in_force(on)
    found = []
    for target in Target.objects.filter(from_on__lte=until, until_on__isnull=True).order_by("kind"):
        mine = [one for one in closed if one.kind == target.kind]
        still = seen.filter(kind=target.kind, closed_on__isnull=True)
        days = [_days(one, stood[one.pk]) for one in mine]
        allowed = [known.service(target.kind).close_days] * len(mine)
        late = still.filter(close_by__lt=until).count()
        figure = rules.attained(target.unit, days, allowed, late)
        cases = len(mine) + (late if target.unit == "percent" else 0)
        found.append(
            Attained(target.pk, target.kind, target.unit, Decimal(target.value), figure, cases, still.count())
        )
    return found


def _days(kept: Request, stood: int) -> int:
    assert kept.closed_on is not None
    return max(working_days_between(kept.asked_on, kept.closed_on)[0] - stood, 0)
