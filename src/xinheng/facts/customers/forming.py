"""What goes through the door of the room about questionnaires and investigations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.translation import get_language


@dataclass(frozen=True)
class FormGroup:
    """Some questions of a form under one heading."""

    zh: str
    en: str
    items: tuple[str, ...]

    @property
    def name(self) -> str:
        """The heading in the reader's language."""
        return self.zh if (get_language() or "zh").startswith("zh") else self.en


@dataclass(frozen=True)
class Form:
    """A questionnaire: which items it asks in which groups, by which channels its answers may come.

    questions: codes of policy questions, answered as assessments. review: what a manager looks at before
    the report is accepted; none: it needs no review. noted: those of its points that are ticked with a
    note only. required: items that "unknown" does not answer.
    companies_only: items not asked of a person. retired: none is begun any more. sha256: of the document
    the site adopted; blank: it comes with the system.
    """

    code: str
    zh: str
    en: str
    source: str
    groups: tuple[FormGroup, ...]
    channels: tuple[str, ...]
    questions: tuple[str, ...] = ()
    review: tuple[str, ...] = ()
    noted: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    companies_only: tuple[str, ...] = ()
    version: str = "1"
    retired: bool = False
    sha256: str = ""

    @property
    def items(self) -> tuple[str, ...]:
        """Every item it asks, in order."""
        return tuple(item for group in self.groups for item in group.items)

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.zh if (get_language() or "zh").startswith("zh") else self.en


@dataclass(frozen=True)
class NewSurvey:
    """A questionnaire to begin. copied: with the answers of the last one of the form, to be gone over."""

    form: str
    channel: str
    source: str = ""
    copied: bool = False


@dataclass(frozen=True)
class NewInvestigation:
    """An investigation to order. assignee: a login for staff, the name of the agency otherwise."""

    by: Literal["staff", "agency"]
    assignee: str
    reason: str
    due_on: date


@dataclass(frozen=True)
class Report:
    """What came of an investigation. cost_minor: 分; None: not told."""

    report_on: date  # the day it describes
    outcome: str
    cost_minor: int | None = None


@dataclass(frozen=True)
class Responses:
    """How many of the questionnaires sent out on one form came back (COL-05)."""

    form: str
    sent: int
    answered: int
    not_answered: int

    @property
    def waiting(self) -> int:
        """Those still out."""
        return self.sent - self.answered - self.not_answered
