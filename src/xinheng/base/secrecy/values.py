"""What goes through the door: the document of grades, and how a grade is handled."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from xinheng.base.kernel.language import reads_chinese

CodeText = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,19}$")]
RoleCode = Annotated[str, Field(pattern=r"^[a-z0-9_-]{2,40}$")]
Words = Annotated[str, Field(min_length=1, max_length=60)]


class Part(BaseModel):
    """Anything in the document: an unknown key is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Told(Part):
    """Words in both languages, of any length."""

    zh: str
    en: str


class Coded(Part):
    """Something named by its code."""

    code: CodeText
    zh: Words
    en: Words

    @property
    def words(self) -> str:
        """Its name in the reader's language."""
        return self.zh if reads_chinese() else self.en


class Grade(Coded):
    """One grade and what may be done with what bears it.

    mark: what stands on the paper. named_only: seen by those alone who are on the list of who needs to know.
    forbidden: consulted by nobody. room_only: read in the archive room, never lent. loan_minutes or
    loan_working_days: the longest loan. direct: roles that borrow without approval. approvers: roles any of
    which approves. original_kept: the original must lie in the archive room.
    """

    mark: str = ""
    named_only: bool = False
    forbidden: bool = False
    room_only: bool = False
    loan_minutes: Annotated[int, Field(gt=0)] | None = None
    loan_working_days: Annotated[int, Field(gt=0)] | None = None
    renewals: Annotated[int, Field(ge=0)] = 1
    direct: tuple[RoleCode, ...] = ()
    approvers: tuple[RoleCode, ...] = ()
    original_kept: bool = False
    assumed: bool = False
    clause: str = ""


class Changes(Part):
    """Who approves changes of a grade: any of the roles."""

    raise_: Annotated[tuple[RoleCode, ...], Field(min_length=1, alias="raise")]
    lower: Annotated[tuple[RoleCode, ...], Field(min_length=1)]


class Scheme(Part):
    """The document: grades from the lowest to the highest, clearance by role, masked fields."""

    kind: str
    code: CodeText
    version: str
    name: Told
    source: Told | None = None
    default: CodeText
    grades: Annotated[tuple[Grade, ...], Field(min_length=2)]
    others: CodeText
    clearance: dict[RoleCode, CodeText]
    changes: Changes
    masked: tuple[Coded, ...] = ()
    state_marks: tuple[Words, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        """Codes stand once, and every grade that is referred to is there."""
        for listed in (self.grades, self.masked):
            twice = [code for code, times in Counter(one.code for one in listed).items() if times > 1]
            if twice:
                raise ValueError(f"{twice[0]} stands twice")
        known = {one.code for one in self.grades}
        for code in (self.default, self.others, *self.clearance.values()):
            if code not in known:
                raise ValueError(f"there is no grade {code}")
        return self

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the grades, the lowest first."""
        return tuple(one.code for one in self.grades)

    def grade(self, code: str) -> Grade | None:
        """The grade of a code."""
        return next((one for one in self.grades if one.code == code), None)


@dataclass(frozen=True)
class Handling:
    """What may be done with a paper of a grade. A loan ends after so many minutes, or working days."""

    grade: str
    may_lend: bool
    room_only: bool
    forbidden: bool
    loan_minutes: int | None
    loan_working_days: int | None
    approvers: tuple[str, ...]  # codes of roles; any of them approves
    direct: tuple[str, ...] = ()  # codes of roles that borrow without approval
    renewals: int = 1
    original_kept: bool = False


@dataclass(frozen=True)
class Cleared:
    """What a reader may see on a day, worked out once: for lists and for rules that ask often."""

    login: str
    on: date
    grades: tuple[str, ...]  # the lowest first

    def sees(self, grade: str) -> bool:
        """Whether the reader sees what bears a grade; an unknown grade is seen by nobody."""
        return grade in self.grades


@dataclass(frozen=True)
class NewGrade:
    """A grade that is asked for. until_on: its last day; then_grade: what follows; until_words: "公布前"."""

    grade: str
    reason: str
    until_on: date | None = None
    then_grade: str = ""
    until_words: str = ""
