"""A card as a policy document: every bin, its points, and the grades the score gives."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np

from xinheng.judgements.scorecards.axes import SIGNS, Floats, Made
from xinheng.judgements.scorecards.fitting import Learned
from xinheng.judgements.scorecards.naming import (
    DOUBLE_ODDS,
    EVEN_ODDS,
    OTHER,
    choices_of,
    codes_of,
    terms_of,
)
from xinheng.judgements.scorecards.shaping import Band, Item
from xinheng.judgements.scorecards.values import Choices


@dataclass(frozen=True)
class Points:
    """A card in whole points: by item the points of each band and of missing, and the score of even odds.

    evens: the score of even odds; of several grades, for each but the last, of being worse than it.
    """

    items: tuple[Item, ...]
    bands: tuple[tuple[int, ...], ...]
    missing: tuple[int, ...]
    evens: tuple[int, ...]
    double: int

    @property
    def even(self) -> int:
        """The score of even odds; of several grades of the better and the worse half of them."""
        return self.evens[(len(self.evens) - 1) // 2]

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
    items, bands, missing, base = [], [], [], 0.0
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
    evens = tuple(round(factor * (base + step)) for step in learned.steps)
    return Points(tuple(items), tuple(bands), tuple(missing), evens, choices.points_to_double_odds)


@dataclass(frozen=True)
class Text:
    """What a document says beside its points.

    grades: grade, its first score (None: the rest), share that went bad among rows not seen. ordered: these
    grades were learned themselves, and the parameters say their odds.
    """

    choices: Choices
    grades: tuple[tuple[str, int | None, float | None], ...]
    about: tuple[str, str]  # Chinese, English
    known: frozenset[str] = frozenset()  # codes no question may have
    words: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # of own columns: Chinese, English
    ordered: tuple[str, ...] = ()


def written(points: Points, text: Text) -> str:
    """The policy document."""
    columns, made = _columns(points), [item.axis.made for item in points.items if item.axis.made]
    own = text.choices.own_names
    codes = codes_of(columns, known=text.known, own=own)
    lines = [*_head(points, text), *_questions(columns, text, codes), *_terms(made, codes, text)]
    codes |= terms_of(made, codes, known=text.known)
    lines += [
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
        zh, en = _told_of(grade, share, text)
        lines.append(f"  - {{code: {grade}, zh: {_quoted(zh)}, en: {_quoted(en)}}}")
    lines.append("parameters:")
    for code, zh, en, even in _odds(points, text):
        said = f"code: {code}, zh: {_quoted(zh)}, en: {_quoted(en)}"
        lines.append(f"  - {{{said}, unit: points, value: {even}, mark: given}}")
    return lines


def _told_of(grade: str, share: float | None, text: Text) -> tuple[str, str]:
    """What the scale says of a grade."""
    if text.ordered:
        return f"{grade} 级", f"grade {grade}"
    if share is None:
        return "无历史", "no history"
    return f"历史坏账占比 {share:.1%}", f"{share:.1%} went bad"


def _odds(points: Points, text: Text) -> list[tuple[str, str, str, int]]:
    """The scores of even odds: code, Chinese, English, score."""
    double = (DOUBLE_ODDS, "好坏比翻倍的分数", "points that double the odds", points.double)
    if not text.ordered:
        return [(EVEN_ODDS, "好坏各半的分数", "score of even odds", points.even), double]
    evens = [
        (
            f"{EVEN_ODDS}_{place}",
            f"{name} 级或更好各半的分数",
            f"score of even odds of {name} or better",
            even,
        )
        for place, (name, even) in enumerate(zip(text.ordered, points.evens, strict=False), 1)
    ]
    return [*evens, double]


def _columns(points: Points) -> dict[str, Item | None]:
    """Every column the card reads, with its item where it has one of its own."""
    found: dict[str, Item | None] = {item.axis.name: item for item in points.items if not item.axis.made}
    for item in points.items:
        if item.axis.made:
            found.setdefault(item.axis.made.left, None)
            found.setdefault(item.axis.made.right, None)
    return found


def _questions(columns: Mapping[str, Item | None], text: Text, codes: Mapping[str, str]) -> list[str]:
    asked = {name: item for name, item in columns.items() if not _own(name, text)}
    lines = ["questions:"] if asked else []
    for column, item in asked.items():
        name = _quoted(column)
        lines += [f"  - code: {codes[column]}", f"    zh: {name}", f"    en: {name}", "    mark: given"]
        if item is None or not item.axis.levels:
            lines += ["    type: number", "    decimals: 3"]
            continue
        lines += ["    type: choice", "    choices:"]
        for level, code in choices_of(item.axis.levels).items():
            said = _quoted(level)
            lines.append(f"      - {{code: {_quoted(code)}, zh: {said}, en: {said}}}")
        lines.append(f"      - {{code: {OTHER}, zh: 其他, en: {OTHER}}}")
    return lines


def _terms(made: list[Made], codes: Mapping[str, str], text: Text) -> list[str]:
    """The figures made of two columns."""
    lines = ["terms:"] if made else []
    terms = terms_of(made, dict(codes), known=text.known)
    for one in made:
        zh, en = _words(one.name, text, one)
        lines.append(
            f"  - {{code: {terms[one.name]}, zh: {_quoted(zh)}, en: {_quoted(en)}, "
            f'of: "{codes[one.left]} {one.sign} {codes[one.right]}", unit: ratio}}'
        )
    return lines


def _words(name: str, text: Text, made: Made | None = None) -> tuple[str, str]:
    """What a column is called in Chinese and in English."""
    if made is None:
        return text.words.get(name, (name, name)) if text.choices.own_names else (name, name)
    left, right = _words(made.left, text), _words(made.right, text)
    sign = SIGNS[made.sign]
    return f"{left[0]} {sign} {right[0]}", f"{left[1]} {sign} {right[1]}"


def _item(item: Item, bands: tuple[int, ...], missing: int, code: str, text: Text) -> list[str]:
    zh, en = _words(item.axis.name, text, item.axis.made)
    unseen = text.choices.unseen == "incomplete" and not item.missing
    rule = "{rule: incomplete}" if unseen else f"{{rule: points, points: {missing}}}"
    kind = "categories" if item.axis.levels else "bands"
    lines = [
        f"    - code: {code}",
        f"      zh: {_quoted(zh)}",
        f"      en: {_quoted(en)}",
        "      mark: given",
        f"      kind: {kind}",
        f"      of: {code}",
        f"      maximum: {max(bands)}",
        f"      missing: {rule}" + _seen(item.missing, text),
    ]
    if item.axis.levels:
        own = _own(item.axis.name, text)
        return [*lines, *_categories(item, bands, text, own=own)]
    lines.append("      bands:")
    for band, points in zip(item.bands, bands, strict=True):
        last = band.codes[-1] >= len(item.axis.bounds)
        bound = "" if last else f"to: {plain(item.axis.bounds[band.codes[-1]])}, inclusive: true, "
        lines.append(f"        - {{{bound}points: {points}}}" + _seen(band, text))
    return lines


def _categories(item: Item, bands: tuple[int, ...], text: Text, *, own: bool) -> list[str]:
    levels, rest = item.axis.levels, len(item.axis.levels)
    codes = {level: level for level in levels} if own else choices_of(levels)
    lines, others = ["      groups:"], 0
    for band, points in zip(item.bands, bands, strict=True):
        named = [_quoted(codes[levels[code]]) for code in band.codes if code != rest]
        if rest in band.codes:
            others = points
        if named:
            lines.append(f"        - {{values: [{', '.join(named)}], points: {points}}}" + _seen(band, text))
    return [*lines, f"      others: {others}"]


def _seen(band: Band | None, text: Text) -> str:
    if band is None:
        return "  # never missing before"
    if text.ordered and band.rows:
        place = 1 + band.bads / band.rows * (len(text.ordered) - 1)
        return f"  # {band.rows} rows, mean grade {place:.2f} (1 is {text.ordered[0]})"
    return f"  # {band.rows} rows, {band.bads / band.rows:.1%} bad" if band.rows else "  # no rows"


def _own(name: str, text: Text) -> bool:
    return text.choices.own_names and name in text.known


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
