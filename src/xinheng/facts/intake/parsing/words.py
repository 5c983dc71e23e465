"""Texts, numbers that are names, yes and no, and words out of a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from xinheng.facts.intake.parsing.columns import FORMULA_LIKE, GUARD, Parsed, halfwidth, needs_cleaning

YES = [
    "是",
    "y",
    "yes",
    "true",
    "t",
    "1",
    "1.0",
    "x",
    "√",
    "✓",
    "作废",
    "已作废",
    "作废发票",
    "红字",
    "红票",
    "负数",
    "void",
    "voided",
    "cancelled",
]
NO = [
    "否",
    "n",
    "no",
    "false",
    "f",
    "0",
    "0.0",
    "正常",
    "有效",
    "有效发票",
    "未作废",
    "正数",
    "蓝字",
    "蓝票",
    "normal",
    "valid",
]


KEPT_AS_TEXT = r"""^['‘’`]+[0-9A-Za-z]|^="[^"]*"$"""


def parse_text(raw: pl.Series, *, longest: int) -> Parsed:
    """Text without blanks around and control characters inside; empty is null. Cause: too_long."""
    texts = raw.cast(pl.String)
    if texts.str.contains(r"[\x00-\x1f\x7f\u200b\ufeff]|^[\s\u3000\xa0']|[\s\u3000\xa0]$|  ").any():
        texts = texts.str.replace_all(r"[\x00-\x1f\x7f\u3000\xa0]+", " ").str.replace_all(
            r"[\u200b\ufeff]", ""
        )
        texts = texts.str.strip_chars()
        guarded = texts.str.contains(FORMULA_LIKE).fill_null(value=False)
        texts = texts.zip_with(~guarded, texts.str.slice(1))
    texts = texts.set((texts == "").fill_null(value=False), None)
    return _measured(texts, longest)


def parse_code(raw: pl.Series, *, longest: int) -> Parsed:
    """Numbers that name something, as text: half-width, without the .0 of a float, and without what only
    keeps a spreadsheet from counting them, '001 and ="001". Causes: too_long, digits_lost (written
    1.23E+12: the file no longer holds the number)."""
    numeric = raw.dtype.is_float()
    parsed = parse_text(raw, longest=longest)
    texts = parsed.values
    if needs_cleaning(texts):
        texts = halfwidth(texts)
    if numeric:
        texts = texts.str.replace(r"\.0$", "")
    guarded = texts.str.contains(KEPT_AS_TEXT).fill_null(value=False)
    if guarded.any():
        bare = texts.str.replace(r'^="(.*)"$', "$1").str.replace(GUARD, "")
        texts = texts.zip_with(~guarded, bare.set((bare == "").fill_null(value=False), None))
    lost = texts.str.contains(r"^\d(\.\d+)?[eE]\+\d+$|^\d\.\d+[eE]\d+$").fill_null(value=False)
    if not lost.any():
        return Parsed(texts, parsed.causes)
    causes = parsed.causes if parsed.causes is not None else _no_causes(len(texts))
    return Parsed(texts.set(lost, None), causes.set(lost, "digits_lost"))


def _measured(texts: pl.Series, longest: int) -> Parsed:
    too_long = (texts.str.len_chars() > longest).fill_null(value=False)
    if not too_long.any():
        return Parsed(texts)
    return Parsed(texts.set(too_long, None), _no_causes(len(texts)).set(too_long, "too_long"))


def _no_causes(length: int) -> pl.Series:
    return pl.Series([None] * length, dtype=pl.String)


def parse_flag(raw: pl.Series) -> Parsed:
    """Yes and no in the words of many systems; empty stays empty. Cause: not_a_flag."""
    if raw.dtype == pl.Boolean:
        return Parsed(raw)
    return _among(raw, {"1": YES, "0": NO}, cause="not_a_flag", flag=True)


def parse_choice(raw: pl.Series, words: Mapping[str, Sequence[str]]) -> Parsed:
    """The value of a list, by its code or by any of its words. Cause: unknown_choice."""
    return _among(raw, {code: [code, *said] for code, said in words.items()}, cause="unknown_choice")


def _among(raw: pl.Series, words: Mapping[str, Sequence[str]], *, cause: str, flag: bool = False) -> Parsed:
    texts = parse_text(raw, longest=10_000).values
    said = {word.lower(): code for code, all_words in words.items() for word in all_words}
    found = halfwidth(texts).str.to_lowercase().replace_strict(said, default=None, return_dtype=pl.String)
    unknown = texts.is_not_null() & found.is_null()
    values = (found == "1") if flag else found
    return Parsed(values, _no_causes(len(texts)).set(unknown, cause) if unknown.any() else None)
