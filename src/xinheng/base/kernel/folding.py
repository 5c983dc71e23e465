"""Texts as a search compares them, the tokens an index keeps of them, and which of those a word needs.

Signs are folded one by one (half-width, simplified, lower case, no punctuation), so that a part is folded as
it is in the whole, across the ends of lines too. Between Latin letters or digits a gap stays a gap.
"""

from __future__ import annotations

import re
from itertools import pairwise

from xinheng.base.kernel.texts import plain

PART = "|"  # between the parts of a head: no token reaches across it
LATIN = re.compile(r"[a-z0-9]+")
_GAP = re.compile(r" +")
_NO_GAP = re.compile(r"(?<![a-z0-9]) | (?![a-z0-9])")


class _Signs(dict[int, str]):
    """Each sign as it is compared; a table that fills itself."""

    def __missing__(self, number: int) -> str:
        sign = chr(number)
        folded = plain(sign) or (" " if sign.isspace() else "")
        self[number] = folded
        return folded


SIGNS = _Signs()


def fold(text: str) -> str:
    """The text as it is compared: 合同 号：ＸＨ-2025 becomes 合同号xh2025."""
    return _NO_GAP.sub("", _GAP.sub(" ", text.translate(SIGNS)))


def tokens(folded: str) -> set[str]:
    """What an index keeps of a folded text: its signs, its pairs, and threes of Latin letters and digits."""
    found = set(folded) | {one + other for one, other in pairwise(folded)}
    found = {token for token in found if " " not in token and PART not in token}
    for run in LATIN.findall(folded):
        found |= {run[at : at + 3] for at in range(len(run) - 2)}
    return found


def needed(word: str) -> list[str]:
    """The tokens that stand wherever a folded word stands, as few as tell it best."""
    found: dict[str, None] = {}
    for stretch in re.split(r"[ |]", word):
        taken = [False] * len(stretch)
        for run in LATIN.finditer(stretch):
            for at in range(run.start(), run.end() - 2):
                found[stretch[at : at + 3]] = None
                taken[at] = taken[at + 1] = True  # the pair that begins here is told by the three
        for at in range(len(stretch) - 1):
            if not taken[at]:
                found[stretch[at : at + 2]] = None
        if len(stretch) == 1:
            found[stretch] = None
    return list(found)
