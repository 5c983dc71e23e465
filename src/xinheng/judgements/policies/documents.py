"""Documents of other kinds that are written as policies are: closed keys, marks, faults told by line."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from pydantic import ValidationError

from xinheng.judgements.policies import faults
from xinheng.judgements.policies.errors import PolicyInvalid, told
from xinheng.judgements.policies.formulas import Path
from xinheng.judgements.policies.parts import Part
from xinheng.judgements.policies.reading import Document

Read = TypeVar("Read", bound=Part)
Problem = tuple[Path, str]


def read(text: str, *, file: str, schema: type[Read], problems: Callable[[Read], Iterable[Problem]]) -> Read:
    """A checked document from its YAML text.

    problems: what the document must hold to itself, as a path into it and the cause. Refuses:
    PolicyInvalid, naming file, line and cause of every fault.
    """
    document = Document(text, file)
    try:
        found = schema.model_validate(document.content)
    except ValidationError as error:
        wrong = [(each["loc"], _told(document, each)) for each in faults.own(error.errors())]
    else:
        wrong = list(problems(found))
        if not wrong:
            return found
    lines = sorted({(document.line(path), cause) for path, cause in wrong})
    line, cause = lines[0]
    every = tuple(told(number, words) for number, words in lines)
    raise PolicyInvalid(file=file, line=line, cause=cause, problems=every)


def _told(document: Document, error: object) -> str:
    where = ".".join(str(step) for step in document.steps(error["loc"]))  # type: ignore[index]
    return f"{where}: {faults.worded(error)}"  # type: ignore[arg-type]
