"""What one reader sees of one customer on one day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from xinheng.base.kernel.actors import Actor


@dataclass(frozen=True)
class Seen:
    """A reader, a customer within the reader's scope, the business day and the day looked at.

    policy: the code of the policy whose grade is looked at; the one most customers are graded by where empty.
    """

    actor: Actor
    customer: Any
    on: date
    as_of: date
    policy: str = ""

    @property
    def past(self) -> bool:
        """Whether the reader looks at a day gone by."""
        return self.as_of < self.on
