"""The OpenAPI description, told in full: problems by their media type, and the idempotency key of writes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.renderers import JSONRenderer

from xinheng.web.api.problems import MEDIA_TYPE

CONVERTED = re.compile(r"<(?:\w+:)?(\w+)>")
KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "pattern": r"^[\x21-\x7e]{1,80}$"},
    "description": "Your own word for this request: a retry with it is answered, not done again.",
}


class PlainRenderer(JSONRenderer):
    """JSON in UTF-8, Chinese as Chinese."""

    json_dumps_params: Mapping[str, Any] = {"ensure_ascii": False}


@dataclass(frozen=True)
class Shape:
    """What one operation reads and answers. bodies: none where it takes no body."""

    names: frozenset[str]  # in the address, behind the question mark
    bodies: frozenset[str]
    answers: frozenset[str]


class DescribedApi(NinjaAPI):
    """An API whose description says what truly goes over the wire."""

    @cached_property
    def shapes(self) -> dict[tuple[str, str], Shape]:
        """Of every path and method, what the description says of it."""
        return {
            (path, method.upper()): _shape(operation)
            for path, methods in self.get_openapi_schema()["paths"].items()
            for method, operation in methods.items()
        }

    def create_temporal_response(self, request: HttpRequest) -> HttpResponse:
        """Called before a handler reads anything: what the description does not name is refused here."""
        match = request.resolver_match
        assert match
        path = "/" + CONVERTED.sub(r"{\1}", match.route)
        shape = self.shapes[path, str(request.method)]
        if unknown := sorted(request.GET.keys() - shape.names):
            raise ValidationError([{"type": "extra_forbidden", "loc": ("query", name)} for name in unknown])
        if shape.bodies and request.content_type not in shape.bodies:
            raise HttpError(415, ", ".join(sorted(shape.bodies)))
        if not any(request.accepts(kind) for kind in shape.answers):
            raise HttpError(406, ", ".join(sorted(shape.answers)))
        return super().create_temporal_response(request)

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> OpenAPISchema:
        """The OpenAPI document."""
        schema = super().get_openapi_schema(*args, **kwargs)
        shared: dict[str, Any] = {}
        for operation in _operations(schema):
            for status, response in operation["responses"].items():
                content = response.get("content", {})
                if int(status) >= 400 and "application/json" in content:
                    told = {**response, "content": {MEDIA_TYPE: content["application/json"]}}
                    shared[f"Problem{status}"] = told
                    operation["responses"][status] = {"$ref": f"#/components/responses/Problem{status}"}
        schema["components"]["responses"] = shared
        return schema

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The handler's name, which no other handler has."""
        module = operation.view_func.__module__.rsplit(".", 1)[-1]
        return f"{module}_{operation.view_func.__name__}"


def _operations(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in schema["paths"].values():
        yield from methods.values()


def _shape(operation: dict[str, Any]) -> Shape:
    answers = [one["content"] for status, one in operation["responses"].items() if _is_done(status, one)]
    return Shape(
        names=frozenset(one["name"] for one in operation["parameters"] if one["in"] == "query"),
        bodies=frozenset(operation.get("requestBody", {}).get("content", ())),
        answers=frozenset(kind for content in answers for kind in content),
    )


def _is_done(status: int | str, response: dict[str, Any]) -> bool:
    return int(status) < 400 and "content" in response


def describe_write(operation: Operation) -> None:
    """Say of an operation that it takes an idempotency key."""
    operation.openapi_extra = {**(operation.openapi_extra or {}), "parameters": [KEY]}
