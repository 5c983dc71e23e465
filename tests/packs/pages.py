"""The page of a pack in the docs, written from the pack itself so that it cannot go stale.

    .venv/bin/python -m tests.packs.pages

writes docs/packs/<code>.md and docs/packs/<code>.zh-CN.md.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from xinheng.judgements.policies.values import (
    Band,
    BandsItem,
    Condition,
    CorrectedItem,
    EfficacyItem,
    ManualItem,
    Policy,
    ProportionalItem,
    ScoredItem,
    Standard,
)

ROOT = Path(__file__).resolve().parents[2]
CODES = tuple(sorted(path.parent.name for path in (ROOT / "packs").glob("*/policy.yaml")))
WORDS = {
    "grades": ("Grades", "等级"), "reading": ("How we read it", "如何理解原文"), "values": ("Values", "数值"),
    "conditions": ("Conditions", "条件"), "items": ("Scored items", "评分项目"),
    "thresholds": ("Grades by score", "分数与等级"), "caps": ("Caps and vetoes", "上限与一票否决"),
    "questions": ("What people assess", "人工评价"), "figures": ("Worked figures", "算例"),
    "marks": ("What the source gave and what is assumed", "原文给出的与假定的"), "code": ("Code", "代码"),
    "meaning": ("Meaning", "含义"), "value": ("Value", "数值"), "unit": ("Unit", "单位"), "mark": ("Mark", "标注"),
    "clause": ("Clause", "条款"), "note": ("Note", "说明"), "grade": ("Grade", "等级"), "rule": ("Rule", "规则"),
    "points": ("Points", "分值"), "from": ("From", "起点"), "facts": ("Facts", "事实"), "result": ("Result", "结果"),
    "fired": ("Fired", "触发"), "case": ("Case", "情形"), "given": ("given", "原文给出"),
    "assumed": ("assumed", "假定"), "lost": ("lost in the source", "原文缺失"), "included": ("included", "含"),
    "excluded": ("not included", "不含"), "rest": ("the rest", "其余"), "soft": ("soft: in principle", "软性：原则上"),
    "hard": ("hard", "硬性"), "veto": ("veto", "一票否决"), "any": ("any of", "任一"), "all": ("all of", "全部"),
    "otherwise": ("everything else", "其余"), "source": ("Source", "来源"), "answers": ("Answers", "答案"),
    "evidence": ("evidence required", "须附依据"), "score": ("score", "得分"), "best": ("at best", "最高"),
    "missing": ("not measured", "未测得"), "not_set": ("not set", "未设定"), "incomplete": ("incomplete", "资料不全"),
    "not_applicable": ("not applicable", "不适用"), "manual": ("given by a person", "人工评分"),
    "proportional": ("in proportion to the highest", "按最高者比例"), "others": ("others", "其他"),
    "exclusions": ("Who is not rated", "不评级的客户"), "flags": ("Told beside the grade", "等级之外的标记"),
    "quota": ("Grades by place", "按排名定级"), "share": ("Share", "名额比例"),
    "equal": ("Equal scores in the order of", "同分依次按"), "number_last": ("customer number", "客户编号"),
    "standards": ("by five standard values", "按五档标准值"), "counts": ("counts only where", "仅在此时计分"),
    "approval": ("How a grade is approved", "等级审批"), "step": ("Step", "步骤"), "signs": ("Who signs", "签署人"),
    "within": ("Working days", "工作日"), "prepared": ("Prepared by", "编制"), "all_sign": ("all of", "全部"),
    "anybody": ("whoever may submit", "有权提交的人员"), "review": ("When a grade is looked at again", "复评周期"),
    "months": ("Months", "月数"), "events": ("What calls a review before its day", "提前复评的事件"),
    "told": ("told by people", "由人报告"), "falls": ("The grade falls", "等级下调"),
    "refresh": ("Answers are told anew every", "资料更新周期"), "quarter": ("quarter", "每季度"),
    "half_year": ("half-year", "每半年"), "year": ("year", "每年"), "first": ("handled first", "优先办理"),
    "basics": ("basic:", "基本指标："), "corrections": ("correcting:", "修正指标："),
    "correction": ("corrected by", "修正系数"), "each": ("each figure", "逐项"), "together": ("together", "综合"),
    "of": ("of", "取值"), "file": ("The document", "文件"), "how": ("Rule for missing data", "缺失时"),
}  # fmt: skip
RULES = {
    "incomplete": ("no grade", "不评级"), "lowest": ("lowest points", "最低分"), "leave_out": ("left out", "不计入"),
    "cap": ("left out and capped", "不计入并设上限"), "points": ("fixed points", "固定分值"),
}  # fmt: skip

BOUNDS = (
    "A reviewer may raise a proposal by %s grades at most; an override holds for %s months at most.",
    "复核最多上调 %s 级；覆写最长 %s 个月。",
)
TERMS = {
    "valid": ("A grade that nobody reviewed expires after %s months.", "%s 个月未复评的等级失效。"),
    "statement": ("Figures of a statement are stale %s months after it closed.", "财务报表截止满 %s 个月后其数据视为过时。"),
}  # fmt: skip
SEVERAL = {
    "mean": ("at least %s people, the mean of them", "至少%s人分别评价，取平均值"),
    "median": ("at least %s people, the median of them", "至少%s人分别评价，取中位数"),
    "newest": ("at least %s people, the newest answer", "至少%s人分别评价，取最新答案"),
    "agreed": ("at least %s people, what all of them say", "至少%s人分别评价，一致才算数"),
}
ROLES = {
    one["code"]: one
    for one in YAML(typ="safe").load(
        (ROOT / "src/xinheng/base/access/shipped_roles.yaml").read_text(encoding="utf-8")
    )
}


class Page:
    """One pack in one language."""

    def __init__(self, policy: Policy, cases: list[dict[str, Any]], reading: str, *, chinese: bool) -> None:
        self.policy, self.cases, self.reading, self.chinese = policy, cases, reading, chinese

    def text(self) -> str:
        from tests.packs.process_pages import process_section  # once Django is set up

        policy = self.policy
        parts = [
            f"# {self.words(policy.name)} (`{policy.code}` {policy.version})",
            self.words(policy.about),
            f"**{self.say('source')}**: {self.words(policy.source)} · **{self.say('file')}**: "
            f"[`packs/{policy.code}/policy.yaml`](../../packs/{policy.code}/policy.yaml)",
            f"## {self.say('reading')}\n\n{self.reading.strip()}",
            self.section("grades", ["code", "meaning"], [[s.code, self.words(s)] for s in policy.scale]),
            self.section(
                "values", ["code", "meaning", "value", "unit", "mark", "clause", "note"], self.values()
            ),
            self.section(
                "conditions",
                ["code", "grade", "meaning", "rule", "mark", "clause", "note"],
                self.conditions(),
            ),
            self.section(
                "items", ["code", "meaning", "points", "rule", "how", "mark", "clause", "note"], self.items()
            ),
            self.section("thresholds", ["grade", "from", "mark", "clause"], self.thresholds()),
            self.quota(),
            self.section(
                "exclusions", ["code", "meaning", "rule", "mark", "clause", "note"], self.rules("exclusions")
            ),
            self.section("flags", ["code", "meaning", "rule", "mark", "clause", "note"], self.rules("flags")),
            self.section("caps", ["code", "meaning", "grade", "rule", "mark", "clause"], self.caps()),
            self.approval(),
            self.review(),
            self.section(
                "events",
                ["code", "meaning", "rule", "within", "falls", "mark", "clause", "note"],
                self.events(),
            ),
            self.section(
                "questions", ["code", "meaning", "answers", "mark", "clause", "note"], self.questions()
            ),
            process_section(policy.code, ROLES, chinese=self.chinese),
            self.section("figures", ["case", "facts", "fired", "result"], self.figures()),
            self.marks(),
        ]
        return "\n\n".join(part for part in parts if part) + "\n"

    def say(self, word: str) -> str:
        return WORDS[word][self.chinese]

    def words(self, part: Any) -> str:
        return str(part.zh if self.chinese else part.en)

    def note(self, part: Any) -> str:
        return self.words(part.note) if part.note else ""

    def section(self, title: str, columns: list[str], rows: Iterable[list[str]]) -> str:
        rows = [[cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
        if not rows:
            return ""
        used = [place for place in range(len(columns)) if any(row[place] for row in rows)]
        lines = [[self.say(columns[place]) for place in used], ["---"] * len(used)]
        lines += [[row[place] for place in used] for row in rows]
        return f"## {self.say(title)}\n\n" + "\n".join("| " + " | ".join(line) + " |" for line in lines)

    def values(self) -> Iterator[list[str]]:
        for one in self.policy.parameters:
            value = self.say("not_set") if one.value is None else f"{one.value:f}"
            yield [
                f"`{one.code}`",
                self.words(one),
                value,
                one.unit,
                self.say(one.mark),
                one.clause,
                self.note(one),
            ]

    def conditions(self) -> Iterator[list[str]]:
        criteria = self.policy.criteria
        for criterion in criteria.grades if criteria else ():
            way = "otherwise" if criterion.otherwise else "any" if criterion.any else "all"
            yield [
                "",
                criterion.grade,
                f"**{self.say(way)}**",
                "",
                self.say(criteria.mark),
                criteria.clause,
                self.note(criteria),
            ]
            for code in (*criterion.any, *criterion.all):
                yield self.condition(
                    next(one for one in self.policy.conditions if one.code == code), criterion.grade
                )

    def condition(self, one: Condition, grade: str) -> list[str]:
        rule = f"`{one.when}`" if one.when else self.say("not_set")
        return [f"`{one.code}`", grade, self.words(one), rule, self.say(one.mark), one.clause, self.note(one)]

    def rules(self, group: str) -> Iterator[list[str]]:
        for one in getattr(self.policy, group):
            first = f" **{self.say('first')}**" if getattr(one, "handled_first", False) else ""
            yield [
                f"`{one.code}`",
                self.words(one) + first,
                f"`{one.when}`",
                self.say(one.mark),
                one.clause,
                self.note(one),
            ]

    def quota(self) -> str:
        quota = self.policy.scoring.quota if self.policy.scoring else None
        if quota is None:
            return ""
        rows = [[one.grade, f"{number(one.share * 100)} %"] for one in quota.grades]
        orders = [f"`{order.item or order.of}`" for order in quota.equal_scores]
        told = f"{self.say('equal')}: {', '.join([*orders, self.say('number_last')])}."
        source = f"{self.say(quota.mark)}, {quota.clause}. {self.note(quota)}"
        return f"{self.section('quota', ['grade', 'share'], rows)}\n\n{told} {source}"

    def items(self) -> Iterator[list[str]]:
        for one in self.policy.scoring.items if self.policy.scoring else ():
            how = RULES[one.missing.rule][self.chinese]
            if one.counts_when:
                how += f"; {self.say('counts')} `{one.counts_when}`"
            yield [f"`{one.code}`", self.words(one), number(one.maximum), self.item(one), how, self.say(one.mark),
                   one.clause, self.note(one)]  # fmt: skip

    def item(self, one: ScoredItem) -> str:
        if isinstance(one, ManualItem):
            return f"{self.say('manual')}: `{one.question}`"
        if isinstance(one, ProportionalItem):
            return f"`{one.of}` {self.say('proportional')} (`{one.among}`); {self.say('others')}: {number(one.others)}"
        if isinstance(one, EfficacyItem):
            told = "; ".join(self.standard(standard) for standard in one.standards)
            return f"`{one.of}` {self.say('standards')}: {told}"
        if isinstance(one, CorrectedItem):
            return self.corrected(one)
        assert isinstance(one, BandsItem)
        return f"`{one.of}`: " + "; ".join(self.band(band) for band in one.bands)

    def corrected(self, one: CorrectedItem) -> str:
        told = []
        for (group, _place), measure in one.measures():
            standards = "; ".join(self.standard(standard) for standard in measure.standards)
            told.append(
                f"{self.say(group)} {self.words(measure)}, {number(measure.weight)}: `{measure.of}` {standards}"
            )
        by = one.correction
        bounds = f"{number(by.least)} … {number(by.most)} ({self.say(by.held)}, {self.say(by.mark)})"
        told.append(f"{self.say('correction')} {bounds}")
        return "<br>".join(told)

    def standard(self, standard: Standard) -> str:
        values = " / ".join(number(value) for value in standard.values)
        return f"`{standard.when}`: {values}" if standard.when else values

    def band(self, band: Band) -> str:
        if band.from_ is not None:
            return f"{'≥' if band.inclusive else '>'} {number(band.from_)} → {number(band.points)}"
        if band.to is not None:
            return f"{'≤' if band.inclusive else '<'} {number(band.to)} → {number(band.points)}"
        return f"{self.say('rest')} → {number(band.points)}"

    def thresholds(self) -> Iterator[list[str]]:
        for one in self.policy.scoring.thresholds if self.policy.scoring else ():
            bound = (
                self.say("rest")
                if one.from_ is None
                else f"{'≥' if one.inclusive else '>'} {number(one.from_)}"
            )
            yield [one.grade, bound, self.say(one.mark), one.clause]

    def caps(self) -> Iterator[list[str]]:
        for veto in self.policy.vetoes:
            yield [f"`{veto.code}`", self.words(veto), f"{self.say('veto')} {veto.grade}", f"`{veto.when}`",
                   self.say(veto.mark), veto.clause]  # fmt: skip
        for cap in self.policy.caps:
            kind = self.say("soft" if cap.soft else "hard")
            yield [f"`{cap.code}`", self.words(cap), f"{self.say('best')} {cap.grade} ({kind})", f"`{cap.when}`",
                   self.say(cap.mark), cap.clause]  # fmt: skip

    def approval(self) -> str:
        approval = self.policy.approval
        if approval is None:
            return ""
        rows = [
            [one.code, self.words(one), self.roles(one.roles, one.sign), str(one.within_days or ""),
             self.say(one.mark), one.clause, self.note(one)]
            for one in approval.steps
        ]  # fmt: skip
        chain = self.section(
            "approval", ["code", "step", "signs", "within", "mark", "clause", "note"], [*rows]
        )
        prepared = self.roles(approval.prepared_by) or self.say("anybody")
        bounds = BOUNDS[self.chinese] % (approval.notches_up, approval.override_months)
        return f"{chain}\n\n{self.say('prepared')}: {prepared}. {bounds} {self.source(approval)}"

    def review(self) -> str:
        review = self.policy.review
        if review is None:
            return ""
        rows = [
            [one.grade, str(one.months), self.say(one.mark), one.clause, self.note(one)]
            for one in review.intervals
        ]
        calendar = self.section("review", ["grade", "months", "mark", "clause", "note"], rows)
        refresh = f"{self.say('refresh')}: {self.say(review.refresh)}. " if review.refresh else ""
        if review.valid_months:
            refresh += TERMS["valid"][self.chinese] % review.valid_months + " "
        if review.statement_months:
            refresh += TERMS["statement"][self.chinese] % review.statement_months + " "
        return f"{calendar}\n\n{refresh}{self.source(review)}"

    def events(self) -> Iterator[list[str]]:
        for one in self.policy.review.events if self.policy.review else ():
            falls = ""
            if fall := one.downgrade:
                falls = f"→ {fall.to}" if fall.to else f"− {fall.by}"
                falls += f" ({self.say(fall.mark)})"
            yield [f"`{one.code}`", self.words(one), f"`{one.when}`" if one.when else self.say("told"),
                   str(one.within_days), falls, self.say(one.mark), one.clause, self.note(one)]  # fmt: skip

    def roles(self, codes: Iterable[str], sign: str = "any") -> str:
        names = [ROLES[code]["name" if self.chinese else "name_en"] for code in codes]
        way = f"{self.say('all_sign')}: " if sign == "all" else ""
        return way + ("、" if self.chinese else ", ").join(names)

    def source(self, part: Any) -> str:
        told = ", ".join(text for text in (self.say(part.mark), part.clause) if text)
        return f"{told}. {self.note(part)}".strip()

    def questions(self) -> Iterator[list[str]]:
        for one in self.policy.questions:
            answers = {
                "yes_no": "yes / no / unknown",
                "number": f"{one.minimum} … {one.maximum} {one.unit}",
            }.get(one.type, " / ".join(f"{choice.code} ({self.words(choice)})" for choice in one.choices))
            answers = answers.replace("None", "")
            if one.evidence == "required":
                answers += f"; {self.say('evidence')}"
            if several := one.assessors:
                answers += f"; {SEVERAL[several.combine][self.chinese] % several.at_least}"
            note = self.note(one)
            yield [f"`{one.code}`", self.words(one), answers, self.say(one.mark), one.clause, note]

    def figures(self) -> Iterator[list[str]]:
        for case in self.cases:
            facts = ", ".join(
                f"{code} = {'?' if value is None else value}" for code, value in case["facts"].items()
            )
            kinds = ("fired", "capped", "vetoed", "excluded", "flags")
            fired = ", ".join(code for kind in kinds for code in case.get(kind, []))
            state = case.get("state", "graded")
            result = f"**{case['grade']}**" if "grade" in case else self.say(state)
            if "score" in case:
                result += f" ({self.say('score')} {case['score']})"
            yield [case["name"], facts, fired, result]

    def marks(self) -> str:
        parts = self.policy.marked()
        counts = {mark: sum(part.mark == mark for part in parts) for mark in ("given", "assumed", "lost")}
        told = ", ".join(f"{self.say(mark)}: {count}" for mark, count in counts.items())
        return f"## {self.say('marks')}\n\n{told}."


def number(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def pages(code: str) -> dict[Path, str]:
    """The pages of a pack by path."""
    from tests.packs.figures import PACKS, figures, shipped

    cases = [case for _name, rows in figures(code) for case in rows]
    written = {}
    for ending, chinese in ((".md", False), (".zh-CN.md", True)):
        reading = (PACKS / code / f"reading{ending}").read_text(encoding="utf-8")
        page = Page(shipped(code), cases, reading, chinese=chinese)
        written[ROOT / "docs" / "packs" / f"{code}{ending}"] = page.text()
    return written


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinheng.wiring.settings")
    import django

    django.setup()
    for code in CODES:
        for path, text in pages(code).items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
