"""The user's pages list the catalogue as it is."""

from __future__ import annotations

import pytest

from tests.indicators.catalogue_page import page

pytestmark = pytest.mark.any_database


@pytest.mark.parametrize("name", ["indicators.md", "indicators.zh-CN.md"])
def test_the_page_lists_the_catalogue_of_today(name: str) -> None:
    path, text = page(name)
    assert path.read_text(encoding="utf-8") == text
