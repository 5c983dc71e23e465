"""What rooms above offer to do with rows of a kind that no room below takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

Poster = Callable[..., int]  # (frame, *, batch_no, told_on, actor) -> rows posted
Judge = Callable[..., pl.Series]  # (frame, *, on) -> why each row cannot be posted, in words; null: it can


@dataclass(frozen=True)
class Offer:
    """How a kind is posted, and how its rows are judged before."""

    poster: Poster
    judge: Judge | None = None


offers: dict[str, Offer] = {}


def offer_poster(kind: str, poster: Poster, judge: Judge | None = None) -> None:
    """A room above offers to post the rows of a kind: called once, when the program starts.

    poster(frame, *, batch_no, told_on, actor) -> int; frame as the kind's fields, with customer_id.
    judge(frame, *, on) -> a text a row why it cannot be posted, null where it can: shown in the preview.
    """
    offers[kind] = Offer(poster, judge)
