"""Questionnaires as documents: the shipped ones, and those a site adopts, by version and day."""

from __future__ import annotations

from datetime import date
from functools import cache, lru_cache
from typing import Any

from ruamel.yaml import YAML

from xinheng.base.packs import queries as packs
from xinheng.facts.customers.form_checks import check, read
from xinheng.facts.customers.industry import shipped
from xinheng.facts.customers.models import Survey
from xinheng.facts.customers.values import Form, FormGroup

__all__ = ["KIND", "check", "form_of", "form_text", "form_version", "forms", "shipped_forms"]
KIND = "form"  # of the documents in the store of policies


@cache
def shipped_forms() -> dict[str, Form]:
    """The questionnaires that come with the system, by code."""
    return {row["code"]: _shipped(row) for row in shipped("forms.yaml")}


def forms(*, on: date | None = None) -> dict[str, Form]:
    """The questionnaires that may be begun on a day, by code; without a day the newest of all.

    A document of the site's own stands in the place of a shipped one of its code; one that is retired is
    not begun any more.
    """
    if on is None:
        kept = packs.documents(KIND).order_by("effective_from")
        return shipped_forms() | {one.code: _kept(one.sha256) for one in kept}
    own = {one.code: _kept(one.sha256) for one in packs.documents_in_force(KIND, on=on)}
    return {code: form for code, form in (shipped_forms() | own).items() if not form.retired}


def form_of(survey: Survey) -> Form:
    """The questionnaire in the very version that a survey was begun with."""
    return _kept(survey.form_sha256) if survey.form_sha256 else shipped_forms()[survey.form]


def form_version(code: str, version: str) -> Form:
    """One version of a questionnaire. Refuses: PolicyUnknown."""
    if (one := shipped_forms().get(code)) and one.version == version:
        return one
    return _kept(packs.version(KIND, code, version).sha256)


def form_text(form: Form, *, version: str) -> str:
    """A questionnaire as a document of another version, to be changed and adopted."""
    from io import StringIO

    told: dict[str, Any] = {
        "kind": KIND, "code": form.code, "version": version, "name": {"zh": form.zh, "en": form.en},
        "source": form.source, "channels": list(form.channels),
    }  # fmt: skip
    for name in ("required", "review", "noted", "questions", "companies_only"):
        if value := getattr(form, name):
            told[name] = list(value)
    told["groups"] = [{"zh": one.zh, "en": one.en, "items": list(one.items)} for one in form.groups]
    text = StringIO()
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.width = 100
    yaml.dump(told, text)
    return text.getvalue()


@lru_cache(maxsize=256)
def _kept(sha256: str) -> Form:
    """A document is never changed, so it is read once."""
    document = packs.document(sha256)
    return read(document.text, sha256=document.sha256)


def _shipped(row: dict[str, Any]) -> Form:
    told: dict[str, Any] = {name: tuple(value) for name, value in row.items() if isinstance(value, list)}
    told["groups"] = tuple(FormGroup(one["zh"], one["en"], tuple(one["items"])) for one in row["groups"])
    return Form(**{**row, **told})
