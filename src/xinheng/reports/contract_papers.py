"""A contract's draft as Word from its template, and the analysis report of the ledger as PDF."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.capital_figures import capital_figures
from xinheng.base.kernel.money import Money
from xinheng.facts.archive import services as archive
from xinheng.facts.archive.values import Upload
from xinheng.facts.contracts import queries
from xinheng.facts.contracts.errors import ContractUnknown
from xinheng.reports.charts import ACCENT, Option
from xinheng.reports.contracts_export import figure_columns, figure_rows
from xinheng.reports.errors import NoTemplate
from xinheng.reports.letters import day_told
from xinheng.reports.printed import Table
from xinheng.reports.printing import print_pdf
from xinheng.reports.sheets import Column
from xinheng.reports.word_pages import heading, new_document, paragraph, saved

BLANK = "＿＿＿＿"


def contract_draft(*, actor: Actor, on: date, contract_id: int) -> bytes:
    """The draft of a contract for Word, from the template it was drafted from; kept beside the contract.

    Refuses: AccessDenied, ContractUnknown, NoTemplate.
    """
    subject = f"contract:{contract_id}"
    access.require(actor, "contracts.write", subject)
    contract = queries.get_contract(actor, contract_id, on=on)
    template = queries.template_of(contract.kind, on)
    if template is None:
        raise NoTemplate(kind=contract.kind)
    fields = _fields(contract)
    document = new_document()
    heading(document, contract.title, 0)
    paragraph(document, f"合同编号：{contract.no}", align="right")
    paragraph(document, f"卖方（甲方）：{fields['ours']}")
    paragraph(document, f"买方（乙方）：{fields['customer']}")
    for number, article in enumerate(template.articles, 1):
        heading(document, f"第{_chinese(number)}条　{article.title}", 2)
        paragraph(document, article.text.format(**fields))
    paragraph(document, f"甲方（盖章）：{BLANK}　　　　乙方（盖章）：{BLANK}")
    paragraph(document, f"签订日期：{BLANK}　　　　范本：{template.name.zh}（{template.held}）")
    content = saved(document)
    if actor.may("archive.write"):
        upload = Upload(f"{contract.no}-v{contract.version}.docx", content, template.held)
        archive.attach(actor=actor, on=on, subject=subject, upload=upload)
    after = {"contract": contract.no, "template": template.held}
    audit.record(actor=actor, act="contracts.print_draft", subject=subject, on=on, after=after)
    return content


def contract_analysis(*, actor: Actor, on: date, analysis_id: int) -> bytes:
    """An analysis report as PDF: the figures that were kept with it, and its text.

    Refuses: AccessDenied, ContractUnknown, PrintFontMissing.
    """
    access.require(actor, "contracts.read", f"contract_analysis:{analysis_id}")
    kept = queries.analyses(actor).filter(pk=analysis_id).first()
    if kept is None:
        raise ContractUnknown(contract=analysis_id)
    words = queries.kinds(on)
    whole = kept.unit.name if kept.unit else _("All departments")
    right = f"{kept.first_on}…{kept.last_on}"
    parts = {one.code: one.words for one in queries.general(on).analysis}
    text = Table(
        name=_("Text"), title=_("Contract management analysis"), left=whole, right=right,
        columns=[Column(_("Part"), width=24), Column(_("In words"), width=92)],
        rows=[(parts.get(code, code), said) for code, said in kept.parts.items()],
    )  # fmt: skip
    names = {"kind": _("By kind"), "unit": _("By department")}
    tables = [
        Table(
            name=name, title=name, left=whole, right=right, columns=figure_columns(),
            rows=figure_rows(kept.figures[by], words),
        )
        for by, name in names.items()
    ]  # fmt: skip
    footer = _("Written by %(who)s on %(day)s") % {"who": kept.written_by, "day": kept.written_on}
    content = print_pdf([text, *tables], title=text.title, footer=footer, apart=False)
    subject = f"contract_analysis:{analysis_id}"
    audit.record(actor=actor, act="exports.contract_analysis", subject=subject, on=on, after={})
    return content


def contract_months(told: list[tuple[str, int, int]]) -> Option:
    """Contracts signed by month: yuan as bars, their number as a line."""
    return {
        "grid": {"left": 8, "right": 16, "top": 36, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "axis", "confine": True},
        "legend": {"top": 0},
        "xAxis": {"type": "category", "data": [month for month, _number, _minor in told]},
        "yAxis": [
            {"type": "value", "name": _("10,000 yuan")},
            {"type": "value", "minInterval": 1, "splitLine": {"show": False}},
        ],
        "series": [
            {"type": "bar", "name": _("Amount signed"), "barMaxWidth": 28, "itemStyle": {"color": ACCENT},
             "data": [round(minor / 1_000_000, 2) for _month, _number, minor in told]},
            {"type": "line", "name": _("Contracts signed"), "yAxisIndex": 1,
             "data": [number for _month, number, _minor in told]},
        ],
    }  # fmt: skip


def _fields(contract: Any) -> dict[str, str]:
    money = Money(contract.amount_minor, contract.currency)
    parties = list(queries.parties_of(contract))
    in_yuan = contract.currency == "CNY" and contract.amount_minor
    named = {
        role: "、".join(one.name for one in parties if one.role == role) for role in ("ours", "guarantor")
    }
    days = {name: getattr(contract, name) for name in ("effective_on", "due_on", "ends_on")}
    return {
        "no": contract.no, "title": contract.title, "customer": contract.customer.name,
        "ours": named["ours"] or BLANK, "guarantors": named["guarantor"] or "无",
        "matter": contract.matter, "amount": str(money), "currency": contract.currency,
        "amount_words": capital_figures(money.decimal) if in_yuan else BLANK,
        "terms": contract.terms or BLANK,
        **{name: day_told(day) if day else BLANK for name, day in days.items()},
    }  # fmt: skip


def _chinese(number: int) -> str:
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    if not tens:
        return digits[ones]
    return ("" if tens == 1 else digits[tens]) + "十" + (digits[ones] if ones else "")
