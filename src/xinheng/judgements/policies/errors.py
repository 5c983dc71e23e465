"""What policies refuse."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal

Places = tuple[tuple[int, str, str], ...]


class PolicyInvalid(Refusal):
    """A policy document is wrong; nothing of it is used.

    params: file, line, cause of the first problem; problems: every problem as "line N: cause". places: of
    each problem its line, cause and path, as "scoring.items.2.bands"; blank where it is the whole.
    """

    code = "policy_invalid"
    status = 422
    text = _("%(file)s, line %(line)s: %(cause)s")

    def __init__(
        self, *, file: str, line: int, cause: str, problems: tuple[str, ...] = (), places: Places = ()
    ) -> None:
        super().__init__(file=file, line=line, cause=cause, problems=problems or (told(line, cause),))
        self.places = places or ((line, cause, ""),)


def told(line: int, cause: str) -> str:
    """One problem with its line, in words."""
    return gettext("line %(line)s: %(cause)s") % {"line": line, "cause": cause}


class PolicyFieldInvalid(Refusal):
    """A value that a form gave cannot stand in the policy; nothing is changed."""

    code = "policy_field_invalid"
    status = 422
    text = _("%(name)s: %(cause)s")
