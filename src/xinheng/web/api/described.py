"""The OpenAPI description, told in full: problems by their media type, and the idempotency key of writes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import REF_TEMPLATE, OpenAPISchema
from ninja.operation import Operation
from ninja.renderers import JSONRenderer

from xinheng.web.api.problems import MEDIA_TYPE, Problem

BODIES = {"body": "application/json", "form": "multipart/form-data", "file": "multipart/form-data"}
CONVERTED = re.compile(r"[<{](?:\w+:)?(\w+)[>}]")
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

    def __init__(self, **told: Any) -> None:
        self.shapes: dict[tuple[str, str], Shape] = {}
        super().__init__(**told)

    def add_router(self, prefix: str, router: Any, **told: Any) -> None:
        """Add a part, and note what each of its operations reads and answers."""
        super().add_router(prefix, router, **told)
        for path, view in router.path_operations.items():
            for operation in view.operations:
                self.shapes |= {
                    (CONVERTED.sub(r"{\1}", f"{prefix}{path}"), method): shape_of(operation)
                    for method in operation.methods
                }

    @cached_property
    def root(self) -> str:
        """The beginning of every address."""
        return reverse(f"{self.urls_namespace}:api-root").strip("/")

    def create_temporal_response(self, request: HttpRequest) -> HttpResponse:
        """Called before a handler reads anything: what the description does not name is refused here."""
        match = request.resolver_match
        assert match
        path = CONVERTED.sub(r"{\1}", match.route).removeprefix(self.root)
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
        content = {MEDIA_TYPE: {"schema": {"$ref": REF_TEMPLATE.format(model=Problem.__name__)}}}
        shared: dict[str, Any] = {}
        for operation in _operations(schema):
            for status, response in operation["responses"].items():
                if int(status) >= 400 and "content" not in response:
                    shared[f"Problem{status}"] = {**response, "content": content}
                    operation["responses"][status] = {"$ref": f"#/components/responses/Problem{status}"}
        schema["components"]["responses"] = shared
        told = Problem.model_json_schema(mode="serialization", ref_template=REF_TEMPLATE)
        schema["components"]["schemas"] |= {**told.pop("$defs"), Problem.__name__: told}
        return schema

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The handler's name, which no other handler has."""
        module = operation.view_func.__module__.rsplit(".", 1)[-1]
        return f"{module}_{operation.view_func.__name__}"


def _operations(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in schema["paths"].values():
        yield from methods.values()


def shape_of(operation: Operation) -> Shape:
    """What an operation reads and answers, as its description says."""
    sources = {model.__ninja_param_source__: model for model in operation.models}
    query = sources.get("query")
    bodies = {BODIES[source] for source in sources if source in BODIES}
    told = (operation.openapi_extra or {}).get("responses", {})
    answers = {kind for one in told.values() for kind in one.get("content", ())}
    return Shape(
        names=frozenset(query.__ninja_flatten_map__ if query else ()),
        bodies=frozenset(bodies),
        answers=frozenset(answers or {"application/json"}),
    )


def describe_write(operation: Operation) -> None:
    """Say of an operation that it takes an idempotency key."""
    operation.openapi_extra = {**(operation.openapi_extra or {}), "parameters": [KEY]}
