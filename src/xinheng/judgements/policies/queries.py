"""Questions to policies: what differs, what is wrong, and which values of a text a form may change."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from xinheng.judgements.policies import services
from xinheng.judgements.policies.comparing import Difference, differences, text_differences
from xinheng.judgements.policies.documents import Problem, read
from xinheng.judgements.policies.editing import MARKS, Field, edited, fields_of
from xinheng.judgements.policies.errors import PolicyInvalid, told
from xinheng.judgements.policies.expressions import ExpressionInvalid, Formula, Name, translate
from xinheng.judgements.policies.offered import BEGUN, FIRST, ROWS
from xinheng.judgements.policies.rows import row_begun, row_copied, row_removed
from xinheng.judgements.policies.wording import answer_word, field_word, key_word, part_word

__all__ = [
    "BEGUN",
    "FIRST",
    "MARKS",
    "ROWS",
    "Difference",
    "ExpressionInvalid",
    "Fault",
    "Field",
    "Formula",
    "Name",
    "Problem",
    "answer_word",
    "differences",
    "edited",
    "faults_of",
    "field_word",
    "fields_of",
    "key_word",
    "part_word",
    "read",
    "row_begun",
    "row_copied",
    "row_removed",
    "skeleton",
    "text_differences",
    "translate",
]


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a text. words: with the line; cause: without; path: as "parameters.0.value"."""

    line: int
    words: str
    cause: str
    path: str


def faults_of(text: str) -> list[Fault]:
    """Everything wrong with a text, in the reader's language; nothing where it is sound."""
    try:
        services.check(text)
    except PolicyInvalid as invalid:
        return [Fault(line, told(line, cause), cause, path) for line, cause, path in invalid.places]
    return []


def skeleton() -> str:
    """A small policy that is sound as it stands, to begin a new one with."""
    return (Path(__file__).parent / "skeleton.yaml").read_text(encoding="utf-8")
