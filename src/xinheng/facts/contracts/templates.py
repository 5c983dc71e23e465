"""A template of contracts: its articles with fields, versioned as every document is (FSP-03)."""

from __future__ import annotations

import string
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from xinheng.facts.contracts.rulebook import CodeText, RulePart, Worded

FIELDS = (
    "no", "title", "customer", "ours", "guarantors", "matter", "amount", "amount_words", "currency", "terms",
    "effective_on", "due_on", "ends_on",
)  # fmt: skip


class Article(RulePart):
    """One article; fields stand in braces."""

    title: Annotated[str, Field(min_length=1, max_length=60)]
    text: Annotated[str, Field(min_length=1, max_length=4000)]


class ContractTemplate(RulePart):
    """A template, checked: the kinds it is for and its articles, in Chinese."""

    kind: Literal["contract_template"]
    code: CodeText
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,19}$")]
    name: Worded
    source: Worded | None = None
    kinds: Annotated[tuple[CodeText, ...], Field(min_length=1)]
    articles: Annotated[tuple[Article, ...], Field(min_length=1)]

    @property
    def held(self) -> str:
        """Its name to cite it by: code@version."""
        return f"{self.code}@{self.version}"


def unknown_fields(template: ContractTemplate) -> Iterator[tuple[int, str]]:
    """The fields that no contract has, with the place of their article."""
    for place, article in enumerate(template.articles):
        try:
            names = [
                name
                for _text, name, _form, _way in string.Formatter().parse(article.text)
                if name is not None
            ]
        except ValueError:
            yield place, article.text[:20]
            continue
        yield from ((place, name) for name in names if name not in FIELDS)
