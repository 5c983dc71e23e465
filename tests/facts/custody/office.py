"""An office with an archive: who sells, who keeps papers, who signs, and where papers lie."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from zoneinfo import ZoneInfo

from PIL import Image, ImageDraw

from tests.facts.receivables.conftest import customer
from xinheng.base.access import services as access
from xinheng.base.access.models import Person, Unit
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.facts.custody import services
from xinheng.facts.custody.values import Hand, NewPlace
from xinheng.facts.customers.models import Customer, Responsibility
from xinheng.facts.dossiers import services as filing
from xinheng.facts.dossiers.models import Dossier, Paper

START = date(2020, 1, 1)
PASSWORD = "长江-river-2026"
UNITS = {"HQ": "总部", "SALES": "销售部", "SERVICE": "售后部", "CARE": "客户关爱部"}
PEOPLE = {
    "zhang": ("salesperson", "SALES"), "qian": ("department_head", "SALES"), "sun": ("analyst", "SERVICE"),
    "li": ("archivist", "HQ"), "zhou": ("archivist", "CARE"), "wang": ("general_manager", "HQ"),
    "wu": ("vice_president", "HQ"), "zheng": ("credit_manager", "HQ"), "feng": ("approver", "SALES"),
}  # fmt: skip


def office() -> None:
    """Four units, nine people, a room with a cabinet and two boxes, and the customer C-7."""
    system = system_actor()
    access.load_shipped_roles(actor=system, on=START)
    for code, name in UNITS.items():
        told = {} if code == "HQ" else {"parent": "HQ"}
        kind = "company" if code == "HQ" else "department"
        access.create_unit(actor=system, on=START, code=code, name=name, kind=kind, **told)
    for login, (role, seat) in PEOPLE.items():
        access.create_person(
            actor=system, on=START, login=login, name=login, password=PASSWORD, role=role, unit=seat
        )
    Responsibility.objects.create(
        customer=customer("C-7"), unit=unit("SALES"), person=Person.objects.get(login="zhang"), from_on=START
    )
    for code, kind, inside in (("R1", "room", ""), ("R1-C1", "cabinet", "R1"), ("R1-B1", "box", "R1-C1"),
                               ("R1-B2", "box", "R1-C1")):  # fmt: skip
        new = NewPlace(code, f"档案{code}", kind, inside, capacity=2 if code == "R1-B2" else None)
        services.add_place(actor=system, on=START, unit=unit("CARE"), new=new)


def who(login: str, on: date) -> Actor:
    """Somebody of the office with the rights of a day."""
    return access.actor_of(Person.objects.get(login=login), on=on)


def unit(code: str) -> Unit:
    """A unit by its code."""
    return Unit.objects.get(code=code)


def at(text: str) -> datetime:
    """A moment as the clocks of the site show it."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def by(login: str) -> Hand:
    """A signature by password."""
    return Hand(login, PASSWORD)


def drawn_by_hand() -> bytes:
    """A picture as a canvas sends it."""
    picture, file = Image.new("RGBA", (300, 90), (0, 0, 0, 0)), BytesIO()
    ImageDraw.Draw(picture).line([(10, 60), (90, 20), (160, 70), (280, 30)], fill=(0, 0, 0, 255), width=4)
    picture.save(file, "PNG")
    return file.getvalue()


def volume(
    grade: str, on: date, *, papers: int = 1, kind: str = "lar_volume", keeper: str = "SALES"
) -> Dossier:
    """A dossier with originals in it, of a grade."""
    subject = "volume:1" if kind == "lar_volume" else "customer:C-7"
    told = {"unit": unit(keeper), "secrecy": grade}
    if kind != "lar_volume":
        told["customer"] = Customer.objects.get(no="C-7")
    kept = filing.open_dossier(
        actor=system_actor(), on=on, kind=kind, subject=subject, title=f"{grade}卷", **told
    )
    for number in range(papers):
        filing.add_paper(
            actor=system_actor(), on=on, dossier=kept, upload=None, item="", title=f"文件{number + 1}",
            copy_form="original", has_original=True, pages=10, formed_on=on,
        )  # fmt: skip
    return kept


def paper_of(kept: Dossier) -> Paper:
    """The first paper of a dossier."""
    return Paper.objects.filter(dossier=kept).order_by("pk")[0]
