"""What every part of a policy is made of: closed, worded in both languages, marked by its source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Code = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,47}$")]
RoleCode = Annotated[str, Field(pattern=r"^[a-z0-9_-]{2,40}$")]  # of base.access
Formula = Annotated[str, Field(min_length=1, max_length=2000)]
Text = Annotated[str, Field(min_length=1, max_length=600)]
Mark = Literal["given", "assumed", "lost"]
Unit = Literal["CNY", "share", "days", "months", "years", "count", "ratio", "points", "yes_no", "text"]


class Part(BaseModel):
    """Anything in a policy: closed (an unknown key is refused) and never edited."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Worded(Part):
    """Something people read in Chinese and in English."""

    zh: Text
    en: Text


BOTH_LANGUAGES = re.compile(r"(?s)(.*[\u3400-\u9fff].*?。) ([A-Z0-9].*)")


def _worded(note: Any) -> Any:
    """A note of an older document, one text in Chinese and then in English, in its two languages."""
    if not isinstance(note, str):
        return note
    both = BOTH_LANGUAGES.fullmatch(note)
    zh, en = both.groups() if both else (note, note)
    return {"zh": zh, "en": en} if note else None


Note = Annotated[Worded | None, BeforeValidator(_worded)]


class Marked(Worded):
    """Something with a value: whether the source gave it, we assumed it, or the source lost it."""

    mark: Mark
    clause: str = ""  # where the source says it: "Art. 11 (1)"
    note: Note = None  # why we assumed it, or how we read an unclear clause


def marked_in(part: Part) -> Iterator[Any]:
    """Every part within a part, itself among them, that says where it comes from."""
    if hasattr(part, "mark"):
        yield part
    for name in type(part).model_fields:
        value = getattr(part, name)
        for inside in value if isinstance(value, tuple) else (value,):
            if isinstance(inside, Part):
                yield from marked_in(inside)


def numbers_in(
    part: Part, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], Decimal]]:
    """Every decimal number within a part, with the path to it in the document."""
    for name, field in type(part).model_fields.items():
        value, where = getattr(part, name), (*path, field.alias or name)
        places = (
            [((*where, place), one) for place, one in enumerate(value)] if isinstance(value, tuple) else []
        )
        for inside, one in places or [(where, value)]:
            if isinstance(one, Decimal):
                yield inside, one
            elif isinstance(one, Part):
                yield from numbers_in(one, inside)
