"""The OpenAPI description, told in full: problems by their media type, and the idempotency key of writes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from xinheng.web.api.problems import MEDIA_TYPE

KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "pattern": r"^[\x21-\x7e]{1,80}$"},
    "description": "Your own word for this request: a retry with it is answered, not done again.",
}


class DescribedApi(NinjaAPI):
    """An API whose description says what truly goes over the wire."""

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


def describe_write(operation: Operation) -> None:
    """Say of an operation that it takes an idempotency key."""
    operation.openapi_extra = {**(operation.openapi_extra or {}), "parameters": [KEY]}
