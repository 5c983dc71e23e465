"""No two shipped documents of one kind bear one code: adopting by code would take whichever is read last."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

from xinheng.base.packs import headers

pytestmark = pytest.mark.any_database


def test_each_code_stands_once_among_the_shipped_documents_of_its_kind() -> None:
    names = {path.stem for path in Path(settings.PACKS_DIR).glob("*/*.yaml")}
    kinds = {"rating"} | {name for name in names if _is_kind(name)}
    found = Counter((kind, pack.header.code) for kind in kinds for pack in headers.shipped(kind))
    assert [one for one, times in found.items() if times > 1] == []
    assert len(kinds) > 10


def _is_kind(name: str) -> bool:
    """Whether the files of a name say so of themselves; worked figures and data do not."""
    paths = Path(settings.PACKS_DIR).glob(f"*/{name}.yaml")
    return all(f"kind: {name}\n" in path.read_text("utf-8") for path in paths)
