"""What the schema found wrong with a document, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

WORDS = {  # type of the error -> words
    "missing": _("it is missing"),
    "extra_forbidden": _("there is no such key"),
    "string_type": _("it must be text, in quotes where it looks like a number"),
    "string_too_short": _("it is empty"),
    "string_too_long": _("it is longer than %(max_length)s characters"),
    "string_pattern_mismatch": _("it is not written as a code: letters, digits and underscores"),
    "union_tag_not_found": _("it does not say its kind"),
    "bool_type": _("it must be true or false"),
    "bool_parsing": _("it must be true or false"),
    "tuple_type": _("a list is expected"),
    "model_type": _("keys and values are expected"),
    "too_short": _("at least %(min_length)s are needed"),
    "greater_than_equal": _("it is below %(ge)s"),
    "less_than_equal": _("it is above %(le)s"),
    "literal_error": _("it must be one of: %(answers)s"),
    "union_tag_invalid": _("it must be one of: %(answers)s"),
}
NO_NUMBER = _("it is not a number that can be used here")


def own(errors: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The errors without those that only follow: a list is not too short where its parts were refused."""
    inside = {error["loc"][:depth] for error in errors for depth in range(len(error["loc"]))}
    return [error for error in errors if error["type"] != "too_short" or error["loc"] not in inside]


def worded(error: Mapping[str, Any]) -> str:
    """The words for one error of the schema: its `type`, `ctx`, and `msg` where there are none for it."""
    kind, told = str(error["type"]), dict(error.get("ctx", {}))
    answers = str(told.get("expected", told.get("expected_tags", "")))
    told["answers"] = answers.replace(" or ", ", ").replace("'", "")
    if kind.startswith(("decimal_", "int_", "finite_")):
        return str(NO_NUMBER)
    return str(WORDS[kind]) % told if kind in WORDS else str(error["msg"])
