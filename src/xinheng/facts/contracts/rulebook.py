"""The rules of contracts, as a document says them: kinds, signers, conditions, audits."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from xinheng.base.kernel.language import reads_chinese

CodeText = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,29}$")]
Words = Annotated[str, Field(min_length=1, max_length=200)]


class RulePart(BaseModel):
    """Anything in the rules: an unknown key is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Worded(RulePart):
    """Something in both languages."""

    zh: Words
    en: Words

    @property
    def words(self) -> str:
        """It in the reader's language."""
        return self.zh if reads_chinese() else self.en


class Coded(Worded):
    """Something named that rows refer to by its code."""

    code: CodeText


class Signer(Coded):
    """One step of the countersigning. within_days: working days."""

    roles: Annotated[tuple[str, ...], Field(min_length=1)]
    sign: Literal["any", "all"] = "any"
    within_days: Annotated[int, Field(ge=1, le=60)] | None = None


class Signing(RulePart):
    """What is asked before a contract of these kinds is signed.

    customer_file: there is a dossier of the customer (FSP-07). consulted_days: the handler read the
    customer's file within so many days before (MIN-08); None: not asked.
    """

    countersign: tuple[Signer, ...]
    customer_file: bool = False
    consulted_days: Annotated[int, Field(ge=1, le=3660)] | None = None
    assumed: bool = False


class Auditing(RulePart):
    """How contracts are audited by sample: share of the population, the least of them, and the tests."""

    share: Annotated[Decimal, Field(gt=0, le=1)]
    least: Annotated[int, Field(ge=1, le=1000)]
    assumed: bool = False
    tests: Annotated[tuple[Coded, ...], Field(min_length=1)]


class Neighbour(Worded):
    """A process beside this one. no: blank where the source names none."""

    no: Annotated[str, Field(max_length=30)] = ""


class Process(Worded):
    """The process these contracts run in: begun by a demand, ended by a notice to pay in advance."""

    no: Annotated[str, Field(min_length=1, max_length=30)]
    neighbours: tuple[Neighbour, ...] = ()
    begins_with_demand: bool = False
    ends_with_notice: bool = False


class Risk(Coded):
    """A risk of the process, how it is controlled, and by whom."""

    control: Worded
    owner: Annotated[str, Field(min_length=1, max_length=60)]


class ContractRules(RulePart):
    """A document of rules, checked. expiry_months: how long before its end a contract is brought up."""

    kind: Literal["contract_rules"]
    code: CodeText
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,19}$")]
    name: Worded
    source: Worded | None = None
    number: Annotated[str, Field(max_length=60)]
    kinds: Annotated[tuple[Coded, ...], Field(min_length=1)]
    signing: Signing
    expiry_months: Annotated[int, Field(ge=0, le=24)]
    grace_days: Annotated[int, Field(ge=0, le=365)] = 0
    handover: CodeText | None = None
    audit: Auditing
    analysis: Annotated[tuple[Coded, ...], Field(min_length=1)]
    process: Process | None = None
    risks: tuple[Risk, ...] = ()

    @model_validator(mode="after")
    def holds_together(self) -> Self:
        """No code stands twice among its like; the number names department, year and serial."""
        for rows in (self.kinds, self.signing.countersign, self.audit.tests, self.analysis, self.risks):
            for code, times in Counter(row.code for row in rows).items():
                if times > 1:
                    raise ValueError(f"the code {code} is used twice")
        for part in ("{unit}", "{year}", "{serial}"):
            if self.number.count(part) != 1:
                raise ValueError(f"the number needs {part} once")
        try:
            self.numbered("D", 2026, 1)
        except (KeyError, ValueError, IndexError) as error:
            raise ValueError("the number knows only {unit}, {year} and {serial}") from error
        return self

    def numbered(self, unit: str, year: int, serial: int) -> str:
        """The number of a contract: the serial has at least four places."""
        return self.number.format(unit=unit, year=year, serial=f"{serial:04}")

    def kind_of(self, code: str) -> Coded | None:
        """The kind of a code."""
        return next((one for one in self.kinds if one.code == code), None)
