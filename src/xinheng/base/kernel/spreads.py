"""How far two spreads over the same classes are apart."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

EMPTY = 0.5  # what an empty class counts as, in rows, as a logarithm of nothing is none


def stability_index(before: Sequence[float], after: Sequence[float]) -> float:
    """The population stability index of two counts over the same classes: the sum of (a - b) ln(a / b).

    b and a are the shares of a class before and after; an empty class counts half a row. Nothing on
    either side gives 0.
    """
    if not any(before) or not any(after):
        return 0.0
    shares = []
    for counts in (before, after):
        filled = [max(float(count), EMPTY) for count in counts]
        shares.append([count / sum(filled) for count in filled])
    return float(sum((a - b) * log(a / b) for b, a in zip(*shares, strict=True)))
