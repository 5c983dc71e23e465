"""Sudden events and new business laid over the forecasts, and taken back. No run is changed by it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.judgements.demand import overlays, reach
from xinheng.judgements.demand.errors import OverlayInvalid, OverlayUnknown, OverlayWithdrawn
from xinheng.judgements.demand.models import Overlay
from xinheng.judgements.demand.values import LEVELS, OVERLAY_KINDS, Laid, NewOverlay

LEAST, MOST = Decimal(-100), Decimal(1000)  # percent
CELL = Decimal("0.01")


@transaction.atomic
def lay_overlay(*, actor: Actor, on: date, new: NewOverlay) -> Overlay:
    """Lay an event, or new business, over all forecasts of its days.

    Refuses: AccessDenied, OverlayInvalid, NodeUnknown (also out of reach).
    """
    access.require(actor, "demand.run")
    _check(new)
    reach.require_node(actor, new.level, new.node, on=on)
    row = Overlay.objects.create(
        kind=new.kind, level=new.level, node=new.node, title=new.title.strip()[:120], since=new.since,
        until=new.until, reason=new.reason.strip()[:300], told_by=actor.login, told_on=on, **_much(new),
    )  # fmt: skip
    told = {"level": row.level, "node": row.node, "title": row.title, "since": row.since, "until": row.until,
            "percent": row.percent, "wh_a_day": row.wh_a_day, "net_kva": row.net_kva}  # fmt: skip
    audit.record(
        actor=actor, act="demand.lay_overlay", subject=f"overlay:{row.pk}", on=on, reason=row.reason,
        after={name: value if value is None else str(value) for name, value in told.items()},
    )  # fmt: skip
    return row


@transaction.atomic
def withdraw_overlay(*, actor: Actor, on: date, number: int, reason: str) -> Overlay:
    """Take an overlay back; it stays on record and no longer counts.

    Refuses: AccessDenied, OverlayUnknown (also out of reach), OverlayWithdrawn, OverlayInvalid (no reason).
    """
    access.require(actor, "demand.run", f"overlay:{number}")
    row = Overlay.objects.select_for_update().filter(pk=number).first()
    if row is None or not reach.reaches(actor, row.level, row.node, on=on):
        raise OverlayUnknown(overlay=number)
    if row.withdrawn_on:
        raise OverlayWithdrawn(overlay=number, on=row.withdrawn_on)
    if not reason.strip():
        raise OverlayInvalid(cause=_("a reason is needed"), field="reason")
    row.withdrawn_on, row.withdrawn_by, row.withdrawn_why = on, actor.login, reason.strip()[:300]
    row.save(update_fields=["withdrawn_on", "withdrawn_by", "withdrawn_why"])
    audit.record(
        actor=actor, act="demand.withdraw_overlay", subject=f"overlay:{number}", on=on,
        before={"title": row.title}, reason=row.withdrawn_why,
    )  # fmt: skip
    return row


def _check(new: NewOverlay) -> None:
    told = (new.percent, new.kwh_a_day, new.capacity)
    is_expansion = new.kind == "expansion"
    for wrong, cause, field in (
        (new.level not in LEVELS, _("it has no such level"), "level"),
        (new.kind not in OVERLAY_KINDS, _("it has no such kind"), "kind"),
        (bool(new.node) == (new.level == "company"), _("every level but the company has a node"), "node"),
        (not new.title.strip(), _("a title is needed"), "title"),
        (not new.reason.strip(), _("a reason is needed"), "reason"),
        (new.until is not None and new.until < new.since, _("it ends before it begins"), "until"),
        (sum(one is not None for one in told) != 1,
         _("exactly one is told: percent, kWh a day, or capacity"), "percent"),
        (is_expansion != (new.capacity is not None), _("business expansion is told by its capacity"), "kind"),
        (new.percent is not None and not LEAST <= new.percent <= MOST,
         _("a percentage is from -100 to 1000"), "percent"),
        (not 0 < new.utilisation <= 1, _("the use of the capacity is above 0 and at most 1"), "utilisation"),
        (not 0 <= new.ramp_months <= 120, _("the months until full use are 0 to 120"), "ramp_months"),
    ):  # fmt: skip
        if wrong:
            raise OverlayInvalid(cause=cause, field=field)
    capacity = new.capacity
    if capacity and min(capacity.new, capacity.more, capacity.less, capacity.closed) < 0:
        raise OverlayInvalid(cause=_("each capacity is told without a sign"), field="new_kva")


def _much(new: NewOverlay) -> dict[str, object]:
    """How much, as it is kept: exactly one of percent, Wh a day and net kVA."""
    if new.percent is not None:
        return {"percent": new.percent.quantize(CELL)}
    if new.kwh_a_day is not None:
        return {"wh_a_day": int((new.kwh_a_day * 1000).to_integral_value())}
    assert new.capacity is not None
    told = {name: str(value) for name, value in vars(new.capacity).items()}
    return {
        "net_kva": new.capacity.net.quantize(CELL), "utilisation": new.utilisation, "capacity": told,
        "ramp_months": new.ramp_months,
    }  # fmt: skip


def counting(*, as_of: date | None = None) -> list[Overlay]:
    """The overlays that count: now, or as they counted on a day."""
    rows = Overlay.objects.order_by("pk")
    if as_of is None:
        return list(rows.filter(withdrawn_on__isnull=True))
    return [
        one for one in rows.filter(told_on__lte=as_of) if one.withdrawn_on is None or one.withdrawn_on > as_of
    ]


def laid(row: Overlay) -> Laid:
    """An overlay as arithmetic sees it."""
    full = row.wh_a_day or 0
    if row.net_kva is not None:
        full = overlays.full_use(row.net_kva, row.utilisation or Decimal(1))
    return Laid(row.pk, row.level, row.node, row.since, row.until, row.percent, full, row.ramp_months)
