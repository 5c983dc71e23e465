"""How a request's text is read: JSON without surprises, and no sign that no database can keep."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja.parser import Parser


class TextUnreadable(ValueError):
    """The text holds a sign that is no character, or a number that is none."""


class PlainParser(Parser):
    """Reads JSON bodies and forms; ninja words what is raised here as a request that cannot be read."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The JSON document of a body; NaN, NUL and halves of characters are no JSON of ours."""
        told = json.loads(request.body, parse_constant=_refuse)
        _check(told)
        return told

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> Any:
        """The fields of an address or form."""
        for values in data.lists():
            _check(values)
        return super().parse_querydict(data, list_fields, request)


def is_readable(text: str) -> bool:
    """Whether a text holds only characters a database can keep."""
    return "\x00" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)


def _check(told: Any) -> None:
    if isinstance(told, str) and not is_readable(told):
        raise TextUnreadable
    if isinstance(told, dict):
        _check(list(told.keys()))
        _check(list(told.values()))
    elif isinstance(told, list | tuple):
        for one in told:
            _check(one)


def _refuse(constant: str) -> NoReturn:
    raise TextUnreadable(constant)
