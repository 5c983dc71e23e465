"""The part of a pack's page that tells its process: lanes, numbered steps, forms and what shows them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from xinheng.judgements.processes.queries import load
from xinheng.judgements.processes.values import Process

ROOT = Path(__file__).resolve().parents[2]
WORDS = {
    "process": ("The process", "流程"), "lane": ("Lane", "责任方"), "roles": ("Held by", "角色"), "no": ("No.", "编号"),
    "step": ("Step", "步骤"), "days": ("Working days", "工作日"), "forms": ("Forms", "表单"), "mark": ("Mark", "标注"),
    "clause": ("Clause", "条款"), "note": ("Note", "说明"), "given": ("given", "原文给出"),
    "assumed": ("assumed", "假定"), "lost": ("lost in the source", "原文缺失"), "optional": ("optional", "可选"),
    "targets": ("All targets in working days are assumed.", "时限（工作日）均为假定。"), "file": ("The document", "文件"),
    "survey": ("questionnaire handed in", "已提交的调查表"), "dealings": ("bills in the ledger", "台账中的账单"),
    "investigation": ("investigation with its report", "已有报告的调查"), "rated": ("rating run", "评级批次"),
    "field_report": ("report from the field", "日常或紧急报告"), "proposed": ("proposed grade", "拟评等级"),
    "reviewed": ("reviewed grade", "已复核的等级"), "approved": ("approved grade", "已批准的等级"),
    "paper": ("paper kept with the case", "随个案保存的材料"), "written": ("written at the closing", "办结时填写"),
}  # fmt: skip


def process_section(code: str, roles: dict[str, Any], *, chinese: bool) -> str:
    """The section of a pack that has a process; blank where it has none. roles: the shipped ones by code."""
    path = ROOT / "packs" / code / "process.yaml"
    if not path.exists():
        return ""
    process = load(path.read_text(encoding="utf-8"))
    parts = [
        f"## {_say('process', chinese)}",
        _words(process.about, chinese),
        f"**{_say('file', chinese)}**: [`packs/{code}/process.yaml`](../../packs/{code}/process.yaml). "
        f"{_say('targets', chinese)}",
        _table(["lane", "roles", "mark"], _lanes(process, roles, chinese), chinese),
        _table(
            ["no", "step", "lane", "days", "forms", "mark", "clause", "note"],
            _steps(process, chinese),
            chinese,
        ),
    ]
    return "\n\n".join(parts)


def _lanes(process: Process, roles: dict[str, Any], chinese: bool) -> list[list[str]]:
    name = "name" if chinese else "name_en"
    return [
        [_words(lane, chinese), ", ".join(roles[role][name] for role in lane.roles), _say(lane.mark, chinese)]
        for lane in process.lanes
    ]


def _steps(process: Process, chinese: bool) -> list[list[str]]:
    rows = []
    for step in process.steps:
        forms = [
            f"{_words(form, chinese)} ({_say('written' if form.proof == 'note' else form.proof, chinese)}"
            + (f", {_say('optional', chinese)})" if form.needed == "optional" else ")")
            for form in step.forms
        ]
        note = _words(step.note, chinese) if step.note else ""
        rows.append(
            [
                str(step.no), _words(step, chinese), _words(process.lane_of(step.no), chinese),
                str(step.within_days or ""), "; ".join(forms), _say(step.mark, chinese), step.clause, note,
            ]
        )  # fmt: skip
    return rows


def _table(columns: list[str], rows: list[list[str]], chinese: bool) -> str:
    heading = " | ".join(_say(column, chinese) for column in columns)
    lines = [f"| {heading} |", f"|{'---|' * len(columns)}"]
    lines += [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "\n".join(lines)


def _say(word: str, chinese: bool) -> str:
    return WORDS[word][chinese]


def _words(part: Any, chinese: bool) -> str:
    return str(part.zh if chinese else part.en)
