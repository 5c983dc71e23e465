"""Questions to policies: what differs, what is wrong, and which values of a text a form may change."""

from __future__ import annotations

import re
from pathlib import Path

from xinheng.judgements.policies import services
from xinheng.judgements.policies.comparing import Difference, differences, text_differences
from xinheng.judgements.policies.documents import Problem, read
from xinheng.judgements.policies.editing import MARKS, Field, edited, fields_of
from xinheng.judgements.policies.errors import PolicyInvalid

__all__ = [
    "MARKS",
    "Difference",
    "Field",
    "Problem",
    "differences",
    "edited",
    "faults_of",
    "fields_of",
    "read",
    "skeleton",
    "text_differences",
]


def faults_of(text: str) -> list[tuple[int, str]]:
    """Everything wrong with a text, in the reader's language, with its line; nothing where it is sound."""
    try:
        services.check(text)
    except PolicyInvalid as invalid:
        told = [str(problem) for problem in invalid.params["problems"]]
        return [(int(found[0]) if (found := re.search(r"\d+", one)) else 1, one) for one in told]
    return []


def skeleton() -> str:
    """A small policy that is sound as it stands, to begin a new one with."""
    return (Path(__file__).parent / "skeleton.yaml").read_text(encoding="utf-8")
