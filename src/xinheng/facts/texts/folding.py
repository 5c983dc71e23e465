"""What is searched, and the place of a text where it stands, marked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from xinheng.base.kernel.folding import LATIN, SIGNS, fold

MOST_WORDS = 8
MOST_SIGNS = 120
_QUOTED = re.compile(r'"([^"]*)"|(\S+)')
_QUOTES = str.maketrans("“”„「」『』＂", '""""""""')


@dataclass(frozen=True)
class Words:
    """What is searched: the words as typed, and folded; each must be found."""

    typed: tuple[str, ...]
    folded: tuple[str, ...]


def words_of(text: str) -> Words:
    """The words of a typed text; what stands in quotes is one word, gaps and all."""
    pairs: list[tuple[str, str]] = []
    for quoted, bare in _QUOTED.findall(text[:MOST_SIGNS].translate(_QUOTES)):
        typed = quoted or bare.strip('"')
        if (folded := fold(typed).strip()) and folded not in {one for _, one in pairs}:
            pairs.append((typed.strip(), folded))
    kept = pairs[:MOST_WORDS]
    return Words(tuple(typed for typed, _ in kept), tuple(folded for _, folded in kept))


@dataclass(frozen=True)
class Piece:
    """A stretch of a text; marked where it is what was searched."""

    text: str
    marked: bool = False


def excerpt(text: str, words: tuple[str, ...], *, around: int = 60) -> list[Piece]:
    """The place of a text where the first of the folded words stands, all of them marked, on one line."""
    spans = _marks(text, words)
    begin = max(0, spans[0][0] - around) if spans else 0
    end = min(len(text), (spans[0][1] if spans else 0) + 2 * around)
    pieces = [Piece(_tidy(piece.text), piece.marked) for piece in _cut(text, spans, begin, end)]
    before, after = [Piece("…")] if begin else [], [Piece("…")] if end < len(text) else []
    return [piece for piece in (*before, *pieces, *after) if piece.text]


def marked(text: str, words: tuple[str, ...]) -> list[Piece]:
    """A whole text with every place marked where one of the folded words stands."""
    return [piece for piece in _cut(text, _marks(text, words), 0, len(text)) if piece.text]


def _marks(text: str, words: tuple[str, ...]) -> list[tuple[int, int]]:
    """Where in a text the words stand, in order, none within another."""
    folded, places = _placed(text)
    found: list[tuple[int, int]] = []
    for first, after in sorted({span for word in words for span in _spans(folded, word)}):
        start, stop = places[first], places[after - 1] + 1
        if not found or start >= found[-1][1]:
            found.append((start, stop))
    return found


def _cut(text: str, spans: list[tuple[int, int]], begin: int, end: int) -> Iterator[Piece]:
    at = begin
    for start, stop in spans:
        if start >= at and stop <= end:
            yield Piece(text[at:start])
            yield Piece(text[start:stop], marked=True)
            at = stop
    yield Piece(text[at:end])


def _placed(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its signs the place in the text it comes from."""
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        for one in SIGNS[ord(sign)]:
            if one == " " and (not signs or signs[-1] == " "):
                continue
            signs.append(one)
            places.append(place)
    kept = [at for at in range(len(signs)) if signs[at] != " " or _is_gap(signs, at)]
    return "".join(signs[at] for at in kept), [places[at] for at in kept]


def _is_gap(signs: list[str], at: int) -> bool:
    around = signs[at - 1 : at] + signs[at + 1 : at + 2]
    return len(around) == 2 and all(LATIN.fullmatch(one) for one in around)


def _spans(folded: str, word: str) -> Iterator[tuple[int, int]]:
    at = folded.find(word)
    while at >= 0:
        yield at, at + len(word)
        at = folded.find(word, at + len(word))


def _tidy(text: str) -> str:
    """On one line."""
    return re.sub(r"\s+", " ", text)
