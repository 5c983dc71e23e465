"""Simulated figures say so on every page, and real ones never do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.web import credit_world
from xinheng.base.access.models import Person

pytestmark = pytest.mark.django_db
NOTE = "此处的企业、人员和数字均为模拟"


@pytest.mark.parametrize("simulated", [True, False])
def test_pages_say_that_they_are_simulated_only_where_they_are(
    simulated: bool, settings: Any, tmp_path: Path
) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.HOME = tmp_path
    credit_world.found(count=2)
    if simulated:
        (tmp_path / "demonstration").mkdir()
        (tmp_path / "demonstration" / "load.json").write_text("{}", encoding="utf-8")
    client = Client()
    outside = client.get("/login/").content.decode()
    client.force_login(
        Person.objects.get(login="credit"), backend="django.contrib.auth.backends.ModelBackend"
    )

    pages = [outside, *(client.get(address).content.decode() for address in ("/", "/customers/", "/no/such"))]

    assert [NOTE in text for text in pages] == [simulated] * len(pages)
