"""A place is counted: codes are scanned where they lie and compared with the register in one statement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

import polars as pl
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.facts.custody import comparing, errors, placing
from xinheng.facts.custody.models import Difference, Place, Scan, StockTake
from xinheng.facts.custody.values import Scanned

MOST = 20_000  # codes read at once from a file


@transaction.atomic
def open_stock_take(*, actor: Actor, on: date, place: str) -> StockTake:
    """Begin to count what lies at a place and in what is inside it.

    Refuses: AccessDenied, PlaceUnknown, StockTakeClosed (one is open there).
    """
    require(actor, "custody.write", f"place:{place[:40]}")
    there = placing.locked_place(place)
    try:
        with transaction.atomic():
            kept = StockTake.objects.create(place=there, opened_on=on, opened_by=actor.login)
    except IntegrityError as error:
        raise errors.StockTakeClosed(stock_take=there.code, cause=_("one is open there already.")) from error
    record(actor=actor, act="custody.open_stock_take", subject=f"place:{there.code}", on=on,
           after={"stock_take": kept.pk})  # fmt: skip
    return kept


def scan(*, actor: Actor, on: date, at: datetime, stock_take_id: int, code: str, place: str = "") -> Scanned:
    """Read one code, and say at once whether it lies where it should. place: where it was read.

    The code of a place makes it the place of what is read next. Refuses: AccessDenied, StockTakeUnknown,
    StockTakeClosed, PlaceUnknown, CustodyInvalid (an empty code).
    """
    require(actor, "custody.write", f"stock_take:{stock_take_id}")
    kept = _open_one(stock_take_id)
    code = code.strip()
    if not code or len(code) > 40 or "\x00" in code:
        raise errors.CustodyInvalid(cause=_("There is no code."), field="code")
    here = _inside(kept, place) if place.strip() else kept.place
    if (moved := _inside_or_none(kept, code)) is not None:
        return Scanned(code=code, result="place", place=moved.code, title=moved.name)
    try:
        with transaction.atomic():
            Scan.objects.create(stock_take=kept, code=code, place=here, at=at, by=actor.login)
    except IntegrityError:
        return Scanned(code=code, result="twice", place=here.code)
    return comparing.told_of(actor, code, here, on=on)


@transaction.atomic
def read_codes(
    *, actor: Actor, on: date, at: datetime, stock_take_id: int, codes: Sequence[tuple[str, str]]
) -> int:
    """Read many codes at once, each with the place where it lay; gives how many were new.

    Refuses: AccessDenied, StockTakeUnknown, StockTakeClosed, CustodyInvalid naming the row.
    """
    require(actor, "custody.write", f"stock_take:{stock_take_id}")
    kept = _open_one(stock_take_id)
    if len(codes) > MOST:
        raise errors.CustodyInvalid(
            cause=_("At most %(most)s codes at once.") % {"most": MOST}, field="codes"
        )
    inside = dict(Place.objects.filter(path__startswith=kept.place.path).values_list("code", "pk"))
    rows = []
    for number, (code, place) in enumerate(codes, start=1):
        where = inside.get(place.strip().upper()) if place.strip() else kept.place_id
        if where is None or not code.strip() or len(code.strip()) > 40:
            cause = _("Row %(row)s: the code is empty, or the place is not inside the one counted.")
            raise errors.CustodyInvalid(cause=cause % {"row": number}, field="codes")
        rows.append(Scan(stock_take=kept, code=code.strip(), place_id=where, at=at, by=actor.login))
    before = Scan.objects.filter(stock_take=kept).count()
    Scan.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)
    new = Scan.objects.filter(stock_take=kept).count() - before
    record(actor=actor, act="custody.read_codes", subject=f"stock_take:{kept.pk}", on=on, after={"new": new})
    return new


@transaction.atomic
def close_stock_take(*, actor: Actor, on: date, stock_take_id: int) -> StockTake:
    """End counting: what is missing, misplaced, without a place or unknown is kept as differences.

    Refuses: AccessDenied, StockTakeUnknown, StockTakeClosed.
    """
    require(actor, "custody.write", f"stock_take:{stock_take_id}")
    kept = _open_one(stock_take_id)
    found = comparing.compare(kept, on=on)
    wrong = found.filter(~pl.col("result").is_in(["right", "out"])).iter_rows(named=True)
    Difference.objects.bulk_create(
        [
            Difference(
                stock_take=kept, kind=one["result"], code=one["code"], paper_id=one["paper_id"],
                dossier_id=one["dossier_id"], registered_id=one["registered_id"], found_id=one["found_id"],
            )
            for one in wrong
        ],
        batch_size=2000,
    )  # fmt: skip
    kept.counts = dict(Counter(found["result"]))
    kept.closed_on, kept.closed_by = on, actor.login
    kept.save()
    record(actor=actor, act="custody.close_stock_take", subject=f"place:{kept.place.code}", on=on,
           after={"stock_take": kept.pk, **kept.counts})  # fmt: skip
    return kept


@transaction.atomic
def settle_difference(
    *, actor: Actor, on: date, at: datetime, difference_id: int, what: str, move: bool = False
) -> Difference:
    """Say what was done about a difference; move: the register follows what was found.

    Refuses: AccessDenied, CustodyInvalid: settled before, nothing said, or nothing that could be moved.
    """
    require(actor, "custody.write", f"difference:{difference_id}")
    rows = Difference.objects.select_for_update(of=("self",)).select_related("found", "paper", "dossier")
    kept = rows.filter(pk=difference_id, settled_on__isnull=True).first()
    if kept is None:
        raise errors.CustodyInvalid(cause=_("It is settled, or there is none such."), field="difference")
    if not what.strip():
        raise errors.CustodyInvalid(cause=_("Say what was done."), field="what")
    if move:
        if kept.found is None or (kept.paper is None and kept.dossier is None):
            raise errors.CustodyInvalid(cause=_("There is nothing to move."), field="move")
        told = {"why": what}
        if kept.paper is not None:
            placing.put_paper(actor, on, at, kept.paper, kept.found.code, **told)
        else:
            placing.put_bag(actor, on, at, kept.dossier, kept.found.code, **told)
    kept.settled_on, kept.settled_by, kept.settled = on, actor.login, what.strip()[:300]
    kept.save()
    after = {"difference": kept.pk, "kind": kept.kind, "code": kept.code, "moved": move}
    record(actor=actor, act="custody.settle_difference", subject=f"stock_take:{kept.stock_take_id}", on=on,
           after=after, reason=kept.settled)  # fmt: skip
    return kept


def _open_one(stock_take_id: int) -> StockTake:
    kept = StockTake.objects.select_related("place").filter(pk=stock_take_id).first()
    if kept is None:
        raise errors.StockTakeUnknown(stock_take=stock_take_id)
    if kept.closed_on:
        raise errors.StockTakeClosed(stock_take=stock_take_id, cause=_("it is closed."))
    return kept


def _inside_or_none(kept: StockTake, code: str) -> Place | None:
    return Place.objects.filter(code=code.strip().upper(), path__startswith=kept.place.path).first()


def _inside(kept: StockTake, code: str) -> Place:
    found = _inside_or_none(kept, code)
    if found is None:
        raise errors.PlaceUnknown(place=code[:40])
    return found
