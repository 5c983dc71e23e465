"""A card as a policy document: every bin, its points, and the grades the score gives."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from xinheng.judgements.scorecards.axes import Floats
from xinheng.judgements.scorecards.fitting import Learned
from xinheng.judgements.scorecards.shaping import Band, Item
from xinheng.judgements.scorecards.values import Choices

EVEN_ODDS, DOUBLE_ODDS = "even_odds_score", "points_to_double_odds"
TAKEN = ("customer_no", "customer_id", "role", EVEN_ODDS, DOUBLE_ODDS)
OTHER = "other"


@dataclass(frozen=True)
class Points:
    """A card in whole points: by item the points of each band and of missing, and the score of even odds."""

    items: tuple[Item, ...]
    bands: tuple[tuple[int, ...], ...]
    missing: tuple[int, ...]
    even: int
    double: int

    @property
    def total(self) -> int:
        """The best score there is."""
        return sum(max(bands) for bands in self.bands)

    def scores(self, codes: Iterable[Floats]) -> Floats:
        """The score of each row by its codes, a column an item."""
        found: Floats | int = 0
        for item, bands, missing, column in zip(self.items, self.bands, self.missing, codes, strict=True):
            table = np.zeros(item.axis.size + 1)
            for band, points in zip(item.bands, bands, strict=True):
                table[list(band.codes)] = points
            table[-1] = missing
            found = found + table[column]
        return np.asarray(found, dtype=float)

    def chance(self, scores: Floats) -> Floats:
        """The chance of bad at a score."""
        return chance(scores, even=self.even, double=self.double)


def chance(scores: Floats, *, even: float, double: float) -> Floats:
    """The chance of bad at a score: even odds at `even`, half the odds `double` points further up."""
    exponent = np.clip((np.asarray(scores, dtype=float) - even) / double, -60, 60)
    found: Floats = 1 / (1 + 2.0**exponent)
    return found


def pointed(learned: Learned, choices: Choices) -> Points:
    """The log odds as whole points, the worst band of each item at none."""
    factor = choices.points_to_double_odds / math.log(2)
    items, bands, missing, base = [], [], [], learned.constant
    for item in learned.items:
        odds = [band.odds for band in item.bands]
        unseen = max(odds) if choices.unseen == "lowest" else item.average
        absent = item.missing.odds if item.missing else unseen
        worst, best = max(*odds, absent), min(odds)
        points = [round(factor * (worst - one)) for one in odds]
        if max(points) <= 0:
            base += item.average
            continue
        items.append(item)
        bands.append(tuple(points))
        missing.append(round(factor * (worst - max(absent, best))))
        base += worst
    return Points(
        tuple(items), tuple(bands), tuple(missing), round(factor * base), choices.points_to_double_odds
    )


@dataclass(frozen=True)
class Text:
    """What a document says beside its points.

    grades: grade, its first score (None: the rest), share that went bad among rows not seen.
    """

    choices: Choices
    grades: tuple[tuple[str, int | None, float | None], ...]
    about: tuple[str, str]  # Chinese, English
    known: frozenset[str] = frozenset()  # codes no question may have


def written(points: Points, text: Text) -> str:
    """The policy document."""
    codes = codes_of([item.axis.name for item in points.items], text)
    lines = [
        *_head(points, text),
        *_questions(points, text, codes),
        "scoring:",
        f"  total: {points.total}",
        "  items:",
    ]
    for item, bands, missing in zip(points.items, points.bands, points.missing, strict=True):
        lines += _item(item, bands, missing, codes[item.axis.name], text)
    lines.append("  thresholds:")
    for grade, bound, _share in text.grades:
        start = "" if bound is None else f"from: {bound}, inclusive: true, "
        lines.append(f"    - {{grade: {grade}, {start}mark: assumed}}")
    return "\n".join(lines) + "\n"


def _head(points: Points, text: Text) -> list[str]:
    choices = text.choices
    name = choices.name or choices.code
    lines = [
        "kind: rating",
        f"code: {choices.code}",
        f"version: {_quoted(choices.version)}",
        f"name: {{zh: {_quoted(name)}, en: {_quoted(name)}}}",
        f"about: {{zh: {_quoted(text.about[0])}, en: {_quoted(text.about[1])}}}",
        "source: {zh: 由历史结果拟合的评分卡, en: a scorecard fitted to past outcomes}",
        "scale:",
    ]
    for grade, _bound, share in text.grades:
        told = (
            ("无历史", "no history")
            if share is None
            else (f"历史坏账占比 {share:.1%}", f"{share:.1%} went bad")
        )
        lines.append(f"  - {{code: {grade}, zh: {_quoted(told[0])}, en: {_quoted(told[1])}}}")
    lines += [
        "parameters:",
        f"  - {{code: {EVEN_ODDS}, zh: 好坏各半的分数, en: score of even odds, unit: points, "
        f"value: {points.even}, mark: given}}",
        f"  - {{code: {DOUBLE_ODDS}, zh: 好坏比翻倍的分数, en: points that double the odds, unit: points, "
        f"value: {points.double}, mark: given}}",
    ]
    return lines


def _questions(points: Points, text: Text, codes: Mapping[str, str]) -> list[str]:
    asked = [item for item in points.items if not _own(item.axis.name, text)]
    lines = ["questions:"] if asked else []
    for item in asked:
        name = _quoted(item.axis.name)
        lines += [
            f"  - code: {codes[item.axis.name]}",
            f"    zh: {name}",
            f"    en: {name}",
            "    mark: given",
        ]
        if not item.axis.levels:
            lines += ["    type: number", "    decimals: 3"]
            continue
        lines += ["    type: choice", "    choices:"]
        for level, code in choices_of(item.axis.levels).items():
            said = _quoted(level)
            lines.append(f"      - {{code: {_quoted(code)}, zh: {said}, en: {said}}}")
        lines.append(f"      - {{code: {OTHER}, zh: 其他, en: {OTHER}}}")
    return lines


def _item(item: Item, bands: tuple[int, ...], missing: int, code: str, text: Text) -> list[str]:
    name, unseen = _quoted(item.axis.name), text.choices.unseen == "incomplete" and not item.missing
    rule = "{rule: incomplete}" if unseen else f"{{rule: points, points: {missing}}}"
    kind = "categories" if item.axis.levels else "bands"
    lines = [
        f"    - code: {code}",
        f"      zh: {name}",
        f"      en: {name}",
        "      mark: given",
        f"      kind: {kind}",
        f"      of: {code}",
        f"      maximum: {max(bands)}",
        f"      missing: {rule}" + _seen(item.missing),
    ]
    if item.axis.levels:
        own = _own(item.axis.name, text)
        return [*lines, *_categories(item, bands, own=own)]
    lines.append("      bands:")
    for band, points in zip(item.bands, bands, strict=True):
        last = band.codes[-1] >= len(item.axis.bounds)
        bound = "" if last else f"to: {plain(item.axis.bounds[band.codes[-1]])}, inclusive: true, "
        lines.append(f"        - {{{bound}points: {points}}}" + _seen(band))
    return lines


def _categories(item: Item, bands: tuple[int, ...], *, own: bool) -> list[str]:
    levels, rest = item.axis.levels, len(item.axis.levels)
    codes = {level: level for level in levels} if own else choices_of(levels)
    lines, others = ["      groups:"], 0
    for band, points in zip(item.bands, bands, strict=True):
        named = [_quoted(codes[levels[code]]) for code in band.codes if code != rest]
        if rest in band.codes:
            others = points
        if named:
            lines.append(f"        - {{values: [{', '.join(named)}], points: {points}}}" + _seen(band))
    return [*lines, f"      others: {others}"]


def _seen(band: Band | None) -> str:
    if band is None:
        return "  # never missing before"
    return f"  # {band.rows} rows, {band.bads / band.rows:.1%} bad" if band.rows else "  # no rows"


def _own(name: str, text: Text) -> bool:
    return text.choices.own_names and name in text.known


def codes_of(names: list[str], text: Text) -> dict[str, str]:
    """The code by which the document refers to each column."""
    taken = {code.lower() for code in (*TAKEN, *text.known)}
    found = {}
    for place, name in enumerate(names, 1):
        if _own(name, text):
            found[name] = name
            continue
        code = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")[:40]
        code = code if code[:1].isalpha() and len(code) > 1 else f"column_{place}"
        if code.lower() in taken or not _is_name(code):
            code = next(one for one in (f"{code}_{n}" for n in range(1, 10_000)) if one.lower() not in taken)
        taken.add(code.lower())
        found[name] = code
    return found


def _is_name(code: str) -> bool:
    try:
        return isinstance(sqlglot.parse_one(code, dialect="duckdb"), exp.Column)
    except SqlglotError:
        return False


def choices_of(levels: Iterable[str]) -> dict[str, str]:
    """The answer by which the document refers to each text."""
    found: dict[str, str] = {}
    taken = {OTHER, "unknown"}
    for place, level in enumerate(levels, 1):
        plainly = bool(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,47}", level)) and level.lower() not in taken
        code = level if plainly else f"answer_{place}"
        taken.add(code.lower())
        found[level] = code
    return found


def plain(bound: float) -> str:
    """A bound without an exponent."""
    return format(Decimal(repr(bound)), "f")


def plain_name(text: str) -> str:
    """A name as a document can hold it: one line, not too long."""
    return re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]", " ", text)[:300] or "—"


def _quoted(text: str) -> str:
    return json.dumps(plain_name(text), ensure_ascii=False)


def cut(scores: Floats, shares: Iterable[float]) -> list[float]:
    """The first score of each grade but the last, best first, so that grades have about these shares."""
    ordered = np.sort(scores)[::-1]
    passed = np.cumsum(list(shares)[:-1])
    places = np.clip(np.round(passed * len(ordered)).astype(int) - 1, 0, len(ordered) - 1)
    return [float(ordered[place]) for place in places]


def thresholds(scores: Floats, shares: Iterable[float], points: Points) -> list[int | None]:
    """The same as whole scores a card can have; none for a grade that nobody would get."""
    lowest = sum(min(*bands, missing) for bands, missing in zip(points.bands, points.missing, strict=True))
    found: list[int | None] = []
    last = points.total + 1
    for bound in cut(scores, shares):
        fits = lowest < bound < last
        found.append(int(bound) if fits else None)
        last = int(bound) if fits else last
    if not any(found):
        found[0] = max(lowest + 1, min(points.total, int(np.median(scores))))
    return found
