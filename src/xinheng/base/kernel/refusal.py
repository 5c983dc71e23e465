"""What a person is told when a rule forbids what they asked for."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """A rule forbids the act; nothing was changed.

    Each rule has a subclass with a `code` for programs, an HTTP `status`, and a `text` with named
    placeholders for people, worded in the reader's language when it is shown. The parameters are
    kept as `params`. A refusal passes through to the edge (page, API, command line) uncaught.
    unsaid: what the trail is told besides, and the person never.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 400
    text: ClassVar[str | Promise] = _("The request was refused.")

    def __init__(self, **params: Any) -> None:
        self.params = params
        self.unsaid: dict[str, Any] = {}
        super().__init__(self.code)

    def __str__(self) -> str:
        return str(self.text) % self.params
