"""The policy language in words: no key and no answer of it is without them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from xinheng.judgements.policies import queries, services
from xinheng.judgements.policies.wording import ANSWERS, CHOSEN, KEYS

pytestmark = pytest.mark.any_database


def parts(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for each in node.values():
            yield from parts(each)
    elif isinstance(node, list):
        for each in node:
            yield from parts(each)


@pytest.mark.req("ADV-03")
def test_every_key_and_answer_of_the_language_has_words_in_both_languages() -> None:
    schema = services.json_schema()
    keys = {key for part in parts(schema) for key in part.get("properties", {})}
    answers = {one for part in parts(schema) for one in (*part.get("enum", ()), part.get("const")) if one}

    assert keys - KEYS.keys() == set()
    assert answers - ANSWERS.keys() == set()
    with translation.override("zh-hans"):
        left = [key for key in keys if queries.key_word(key).isascii()]
        assert left == []
        assert [
            one for one in ANSWERS if all(queries.answer_word(key, one).isascii() for key in CHOSEN)
        ] == []
        assert queries.field_word("bands.2.to") == "分档 2 · 止"
        assert queries.part_word("approval.steps") == "审批步骤"
    with translation.override("en"):
        assert queries.field_word("missing.rule") == "when not measured · rule"
