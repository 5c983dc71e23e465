"""The demonstration company keeps dossiers: files of customers in every state, one vehicle, one draft."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import typst

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.fonts import font_folder
from xinheng.facts.archive.values import Upload
from xinheng.facts.customers import queries as customers
from xinheng.facts.dossiers import queries as dossiers
from xinheng.facts.dossiers import services as acts

KEPT = 6  # customers with a file
SCANNED = 2  # of them with the scan of a paper
PAPERS = (  # line, title, form, days since it was made, days it holds from then
    ("licence", "营业执照副本", "copy", 700, 7300),
    ("application", "客户信用申请表", "original", 200, None),
    ("statements", "上年度财务报表", "electronic", 400, 420),
    ("investigation", "资信调查报告", "electronic", 190, None),
    ("approval", "信用审批表", "original", 180, None),
    ("collateral", "保证合同", "original", 170, 150),
)
VIN = "LFV2A21K9J4000017"


def keep_dossiers(*, actor: Actor, on: date) -> None:
    """Open files of the first customers with fewer papers from one to the next, a vehicle's, and a draft."""
    if dossiers.dossiers_visible(actor, on).exists():
        return
    found = list(
        customers.visible(actor, on=on).filter(status="active", kind="company").order_by("no")[:KEPT]
    )
    for place, customer in enumerate(found):
        opened = acts.open_dossier(
            actor=actor, on=on - timedelta(days=150), kind="general_customer", subject="", customer=customer,
            title=f"{customer.name}信用档案", facts={"party": "company"}, custodian="" if place == 4 else "archive",
        )  # fmt: skip
        scan = _scan("营业执照副本", opened.title) if place < SCANNED else None
        _fill(opened, PAPERS[: len(PAPERS) - place], scan, actor=actor, on=on)
    if found:
        told: dict[str, Any] = {"kind": "min_customer", "subject": "", "customer": found[-1]}
        acts.open_dossier(actor=actor, on=on, title=f"{found[-1].name}客户档案", **told)
    _keep_vehicle(actor=actor, on=on)


def _fill(dossier: Any, papers: Any, scan: Upload | None, *, actor: Actor, on: date) -> None:
    for item, title, form, ago, holds in papers:
        formed = on - timedelta(days=ago)
        told: dict[str, Any] = {
            "formed_on": formed, "has_original": form != "electronic",
            "valid_until": formed + timedelta(days=holds) if holds else None,
        }  # fmt: skip
        upload = scan if item == "licence" else None
        told["has_original"] = told["has_original"] or upload is None
        kept = acts.add_paper(
            actor=actor, on=on, dossier=dossier, upload=upload, item=item, title=title, copy_form=form, **told
        )
        if item == "licence":
            acts.file_paper(actor=actor, on=on, label=kept.label)


def _scan(title: str, of: str) -> Upload | None:
    """A page that stands for the scan of a paper; none where no font is installed to set it in."""
    if (fonts := font_folder()) is None:
        return None
    page = f'#set text(lang: "zh", size: 14pt)\n= {title}\n\n{of}\n\n（模拟数据，无法律效力）'
    made: Any = typst.compile(page.encode(), font_paths=[str(fonts)], ignore_system_fonts=True)  # type: ignore[misc]
    assert isinstance(made, bytes)
    return Upload(f"{title}.pdf", made)


def _keep_vehicle(*, actor: Actor, on: date) -> None:
    facts = {"vin": VIN, "population": "sold", "party": "person", "delivered_on": str(on - timedelta(days=2))}
    opened = acts.open_dossier(
        actor=actor, on=on, kind="veh_new_car", subject=f"vehicle:{VIN}", title="沪A·3K918 新车档案", facts=facts,
        custodian="archive",
    )  # fmt: skip
    for item, title in (("green_card", "绿卡"), ("invoice", "购车发票"), ("delivery_check", "交车检查表")):
        acts.add_paper(
            actor=actor, on=on, dossier=opened, upload=None, item=item, title=title, copy_form="copy",
            has_original=True,
        )  # fmt: skip
    later = on + timedelta(days=10)
    acts.set_line(actor=actor, on=on, no=opened.no, code="vehicle_licence", state="later", until=later)
