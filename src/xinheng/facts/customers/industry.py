"""Industries by GB/T 4754-2017: the section of a code, and names in both languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl
from ruamel.yaml import YAML

SHAPE = re.compile(r"^(?:[A-T]|[A-T]?\d{2,4})$")


@dataclass(frozen=True)
class Section:
    """A section: its letter, its names and the range of its divisions, both ends included."""

    code: str
    zh: str
    en: str
    divisions: range

    def name(self, language: str) -> str:
        """The name in the reader's language ("zh-hans", "en")."""
        return self.zh if language.startswith("zh") else self.en


def shipped(name: str) -> Any:
    """The content of a data file of this room."""
    return YAML(typ="safe").load(files(__package__).joinpath(name).read_text(encoding="utf-8"))


@cache
def sections() -> tuple[Section, ...]:
    """All twenty sections in their order."""
    return tuple(
        Section(row["section"], row["zh"], row["en"], range(row["divisions"][0], row["divisions"][1] + 1))
        for row in shipped("industries.yaml")
    )


@cache
def section_of_division() -> dict[str, str]:
    """Two-digit division to section letter."""
    return {f"{number:02}": section.code for section in sections() for number in section.divisions}


def normal_code(text: str) -> str | None:
    """A section letter or the two to four digits of a code ("C3911" is "3911"); None for no such code.

    A letter that is not the section of its digits makes it no code.
    """
    code = text.strip().upper()
    if not code or (len(code) == 1 and any(code == section.code for section in sections())):
        return code
    if not SHAPE.match(code):
        return None
    digits = code.lstrip("ABCDEFGHIJKLMNOPQRST")
    section = section_of_division().get(digits[:2])
    letter = code[0] if code[0].isalpha() else section
    return digits if section and letter == section else None


def section_of(code: str) -> str:
    """The section letter of a normal code; blank for a blank one."""
    return code if len(code) == 1 else section_of_division().get(code[:2], "")


def normal_codes(codes: pl.Expr) -> pl.Expr:
    """`normal_code` for a column: what is no code is null."""
    code = codes.str.strip_chars().str.to_uppercase()
    digits = code.str.strip_chars_start("ABCDEFGHIJKLMNOPQRST")
    section = digits.str.head(2).replace_strict(section_of_division(), default=None)
    letter = pl.when(code.str.contains("^[A-T]")).then(code.str.head(1)).otherwise(section)
    return (
        pl.when(code.str.contains("^[A-T]?$"))
        .then(code)
        .when(code.str.contains(r"^[A-T]?\d{2,4}$") & (letter == section))
        .then(digits)
    )


def sections_of(codes: pl.Expr) -> pl.Expr:
    """`section_of` for a column of normal codes."""
    divisions = codes.str.head(2).replace_strict(section_of_division(), default="")
    return pl.when(codes.str.len_chars() == 1).then(codes).otherwise(divisions).fill_null("")
