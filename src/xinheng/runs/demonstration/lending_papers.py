"""The demonstration company's archive room: places, hand-overs, loans, a stock-take, an incident."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.kernel.clock import at_site, timestamp
from xinheng.base.kernel.working_days import add_working_days
from xinheng.facts.custody import queries as custody
from xinheng.facts.custody import services as acts
from xinheng.facts.custody.values import Back, Finding, Hand, NewLine, NewPlace, NewSlip
from xinheng.facts.dossiers import queries as dossiers

PLACES = (  # code, name, kind, inside, papers it takes
    ("K1", "一号档案库", "room", "", None),
    ("K1-A", "A柜（客户信用档案）", "cabinet", "K1", None),
    ("K1-A-1", "A柜第1盒", "box", "K1-A", 20),
    ("K1-A-2", "A柜第2盒", "box", "K1-A", 20),
)
KEPT = 4  # dossiers whose bags lie in the boxes


def keep_archive_room(*, actor: Actor, on: date) -> None:
    """Set up the archive room over the dossiers that are there. Done once."""
    if custody.places(actor).exists():
        return
    units = {one.code: one for one in people.units(system_actor(), on=on)}
    if not {"TRADE", "EAST"} <= set(units):
        return
    for code, name, kind, inside, capacity in PLACES:
        new = NewPlace(code, name, kind, inside, capacity)
        acts.add_place(actor=actor, on=on, unit=units["TRADE"], new=new)
    files = list(dossiers.dossiers_visible(actor, on).filter(kind="general_customer").order_by("no")[:KEPT])
    for place, one in enumerate(files):
        acts.put(actor=actor, on=on, at=_at(on, 9), code=one.no, place=PLACES[2 + place % 2][0])
    acts.plan_tidying(actor=actor, on=on - timedelta(days=40), place="K1")
    _hand_over(units, files, actor=actor, on=on)
    if files:
        _lend(files, actor=actor, on=on)
        _count(actor=actor, on=on)


def _hand_over(units: dict[str, Any], files: list[Any], *, actor: Actor, on: date) -> None:
    """One is late, one was accepted and waits to be checked, one is done."""
    between = {"from_unit": units["EAST"], "to_unit": units["TRADE"], "owner": "lihua"}
    for days, file in zip((12, 4, 3), [*files, None, None, None], strict=False):
        began = add_working_days(on, -days).day
        subject = f"dossier:{file.no}" if file else f"papers:{days}"
        kept = acts.expect_handover(
            actor, began, "general", subject, started_on=began, dossier=file, **between
        )  # fmt: skip
        if days == 12:
            continue
        lines = [NewLine("客户信用申请表", pages=4), NewLine("保证合同", pages=12)]
        acts.write_list(actor=actor, on=on, handover_id=kept.pk, lines=lines)
        for side, login in (("giver", "lihua"), ("receiver", "archive")):
            hand = Hand(login, drawing=_drawn())
            acts.sign(actor=actor, on=on, at=_at(on, 10), handover_id=kept.pk, side=side, hand=hand)
        if days == 3:
            findings = [Finding(line.pk, is_right=True) for line in custody.lines_of(kept)]
            acts.verify(actor=actor, on=on, handover_id=kept.pk, findings=findings)


def _lend(files: list[Any], *, actor: Actor, on: date) -> None:
    """The general manager has one file out, another came back damaged, a manager's slip waits."""
    general, head = (access.actor_of(people.person_by_login(login), on=on) for login in ("general", "head"))
    seen = [set(dossiers.dossiers_visible(who, on).values_list("pk", flat=True)) for who in (general, head)]
    files = [file for file in files if all(file.pk in keys for keys in seen)]
    if not files:
        return
    for place, file in enumerate(files[:2]):
        slip = acts.ask_for_papers(actor=general, on=on, new=NewSlip(file.no, "审议授信额度", "lend"))
        loans = acts.hand_out(actor=actor, on=on, at=_at(on, 8), slip_id=slip.pk)
        if place == 0:
            for number, loan in enumerate(loans):
                back = Back(damage="封面破损" if number == 0 else "")
                acts.take_back(actor=actor, on=on, at=_at(on, 9), loan_id=loan.pk, back=back)
    if len(files) > 2:
        acts.ask_for_papers(actor=head, on=on, new=NewSlip(files[2].no, "核对保证合同条款", "read"))
    acts.consult(actor=head, on=on, at=_at(on, 9), dossier_no=files[0].no, purpose="签约前查阅")


def _count(*, actor: Actor, on: date) -> None:
    """A box was counted; one code in it is known to nobody."""
    kept = acts.open_stock_take(actor=actor, on=on, place="K1-A-1")
    bags = [one.dossier.no for one in custody.contents(actor, kept.place, on=on) if one.dossier]
    codes = [(code, "K1-A-1") for code in [*bags[:1], "TM-000000"]]
    acts.read_codes(actor=actor, on=on, at=_at(on, 11), stock_take_id=kept.pk, codes=codes)
    acts.close_stock_take(actor=actor, on=on, stock_take_id=kept.pk)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=at_site(timestamp()).tzinfo)


def _drawn() -> bytes:
    """A stroke that stands for a signature."""
    picture, file = Image.new("RGBA", (300, 90), (0, 0, 0, 0)), BytesIO()
    ImageDraw.Draw(picture).line([(10, 60), (90, 20), (160, 70), (280, 30)], fill=(0, 0, 0, 255), width=4)
    picture.save(file, "PNG")
    return file.getvalue()
