"""A policy and its challengers on one run, as pages show them: figures, spreads, tables of agreement."""

from __future__ import annotations

from typing import Any

from xinheng.judgements.scorecards.values import SideBySide
from xinheng.reports.services import figure_text
from xinheng.web.pages.scales import Badge, Scale
from xinheng.web.pages.simulated_words import index_text, index_word


def side_by_side(found: list[SideBySide]) -> dict[str, Any]:
    """All of a comparison; the policy in force comes first."""
    champion, *challengers = found
    return {
        "champion": champion,
        "sides": [_side(one) for one in found],
        "spread": _spread(found),
        "tables": [_agreement(champion, one) for one in challengers],
    }


def badges(counts: dict[str, int]) -> list[tuple[Badge, int]]:
    """Counts by grade, best first, with the colours of the grades there are."""
    scale = _scale(tuple(grade for grade in counts if grade))
    return [(scale.badge(grade), number) for grade, number in counts.items()]


def _scale(grades: tuple[str, ...]) -> Scale:
    return Scale(grades, grades)


def _side(one: SideBySide) -> dict[str, Any]:
    return {
        "one": one,
        "alike": _share(one.alike),
        "shifted": index_text(one.shifted),
        "word": "" if one.shifted is None else index_word(one.shifted),
        "auc": _rounded(one.auc),
        "ks": _rounded(one.ks),
    }


def _spread(found: list[SideBySide]) -> list[dict[str, Any]]:
    """Of each grade, how many have it by each side, as figures, shares and bars."""
    ungraded = [""] if any(one.counts.get("") for one in found) else []
    grades = dict.fromkeys([*(grade for one in found for grade in one.scale), *ungraded])
    totals = [sum(one.counts.values()) for one in found]
    rows = []
    for grade in grades:
        scale = next((one.scale for one in found if grade in one.scale), ())
        cells = []
        for one, total in zip(found, totals, strict=True):
            customers = one.counts.get(grade, 0)
            share = customers / total if total else 0.0
            told = {"customers": customers, "share": _share(share), "percent": 100 * share}
            cells.append({**told, "is_champion": one.challenger_id is None})
        rows.append({"badge": _scale(scale).badge(grade), "cells": cells})
    return rows


def _agreement(champion: SideBySide, one: SideBySide) -> dict[str, Any]:
    """Rows: grades of the policy in force; columns: those of the card."""
    old, new = _scale(champion.scale), _scale(one.scale)
    counts = {(cell.champion, cell.challenger): cell.customers for cell in one.agreed}
    olds = [*old.grades, *([""] if any(before == "" for before, _now in counts) else [])]
    news = [*new.grades, *([""] if any(now == "" for _before, now in counts) else [])]
    comparable = set(old.grades) == set(new.grades)
    rows = [
        {
            "badge": old.badge(before),
            "total": sum(counts.get((before, now), 0) for now in news),
            "cells": [
                {
                    "customers": counts.get((before, now), 0),
                    "turn": new.turn(before, now) if comparable else "",
                    "stays": before == now,
                }
                for now in news
            ],
        }
        for before in olds
    ]
    return {"side": _side(one), "columns": [new.badge(now) for now in news], "rows": rows}


def _share(share: float | None) -> str:
    return "—" if share is None else figure_text(share, "share")


def _rounded(figure: float | None) -> str:
    return "—" if figure is None else f"{figure:.3f}"
