"""The description of the API is true: whatever fits it is answered as it says, whatever does not is refused."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from typing import Any

import ninja
import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from schemathesis import checks
from schemathesis.specs.openapi import checks as said

from tests.web.api.conftest import open_office, program
from xinheng.web import api as room
from xinheng.web.api.urls import api
from xinheng.wiring.wsgi import application

DESCRIBED = schemathesis.openapi.from_dict(api.get_openapi_schema())
CHECKS = [
    checks.not_a_server_error,
    said.status_code_conformance,
    said.content_type_conformance,
    said.response_schema_conformance,
    said.response_headers_conformance,
]


@pytest.mark.any_database
def test_the_description_is_valid_openapi() -> None:
    DESCRIBED.validate()
    ids = [operation.ok().definition.raw["operationId"] for operation in DESCRIBED.get_all_operations()]
    assert len(ids) == len(set(ids))
    assert len(ids) > 90


@pytest.mark.any_database
def test_every_write_takes_an_idempotency_key() -> None:
    free = {
        "judged_replay",
        "explained_replay_one",
        "explained_letter",
        "consented_disclose",
        "decided_check",
        "surveyed_check_form",
        "credit_try_order",
        "terms_check_offer",
        "credit_reports_prove",
        "inspected_reckon",
        "forecast_replay_forecast",
    }  # they change nothing
    without = []
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, told in methods.items():
            named = {one["name"] for one in told["parameters"]}
            if method != "get" and "Idempotency-Key" not in named and told["operationId"] not in free:
                without.append(path)
    assert without == []


@pytest.mark.any_database
def test_what_is_let_in_is_what_the_description_names() -> None:
    paths = api.get_openapi_schema()["paths"]
    described = {
        (path.removeprefix("/api/v1"), method.upper()): (
            {one["name"] for one in told["parameters"] if one["in"] == "query"},
            set(told.get("requestBody", {}).get("content", ())),
            {
                kind
                for status, response in told["responses"].items()
                if int(status) < 400
                for kind in response.get("content", ())
            },
        )
        for path, methods in paths.items()
        for method, told in methods.items()
    }

    let_in = {
        place: (set(shape.names), set(shape.bodies), set(shape.answers))
        for place, shape in api.shapes.items()
    }

    assert let_in == described


@pytest.mark.django_db(transaction=True)
def test_anything_that_fits_the_description_is_answered_as_described() -> None:
    open_office()
    token = program("admin").token
    failures = []
    for found in DESCRIBED.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=2 if operation.method == "get" else 3,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @_given(operation)
        def try_one(case: Any) -> None:
            case.headers = {**(case.headers or {}), "Authorization": f"Bearer {token}"}
            if case.path_parameters and "no" in case.path_parameters:
                case.path_parameters["no"] = "C-1"
            case.call_and_validate(app=application, checks=CHECKS)

        try:
            try_one()
        except Exception as failure:  # noqa: BLE001 - all are told at once
            failures.append(f"{operation.label}: {failure}")
    assert failures == []


def _given(operation: Any) -> Any:
    from hypothesis import given

    return given(case=operation.as_strategy())


@pytest.mark.usefixtures("_plain_static")
def test_the_documentation_page_needs_nothing_from_elsewhere() -> None:
    answer = Client().get("/api/v1/docs")

    page = answer.content.decode()
    assert answer.status_code == 200
    sources = re.findall(r'(?:src|href)=["\']([^"\']+)', page)
    assert sources
    assert all(source.startswith("/static/") for source in sources)
    assert not re.search(r"<script(?![^>]*(src=|application/json))", page)
    assert "'unsafe-inline'" not in answer["Content-Security-Policy"]
    assert Client().get("/api/v1/openapi.json").json()["openapi"].startswith("3.")


@pytest.fixture
def _plain_static(settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.mark.any_database
def test_every_shape_has_a_name_of_its_own() -> None:
    """Two of one name would be described as one, and programs would send the wrong fields."""
    shapes: dict[str, set[str]] = {}
    for module in pkgutil.iter_modules(room.__path__, f"{room.__name__}."):
        for name, found in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(found, ninja.Schema) and found.__module__.startswith(room.__name__):
                shapes.setdefault(name, set()).add(found.__module__)

    assert {name: modules for name, modules in shapes.items() if len(modules) > 1} == {}
