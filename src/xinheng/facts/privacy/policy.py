"""Which privacy documents hold on a day: what the site adopted, else what is shipped."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as reading
from xinheng.facts.privacy.documents import Notice, PrivacyRules
from xinheng.facts.privacy.errors import EntryUnknown, PrivacyRulesInvalid, SchemeUnknown

KIND = "privacy"
GENERAL = "general"


@lru_cache(maxsize=64)
def load(text: str, file: str = "privacy.yaml") -> PrivacyRules:
    """A checked document from its YAML text. Refuses: PrivacyRulesInvalid, naming file, line and cause."""
    found, _tree = reading.read_document(text, file=file, shape=PrivacyRules, refusal=PrivacyRulesInvalid)
    return found


def check(text: str) -> None:
    """Whether a text is a privacy document. Refuses: PrivacyRulesInvalid."""
    load(text)


def in_force(code: str, on: date) -> PrivacyRules:
    """The document of a code on a day. Refuses: SchemeUnknown."""
    path = Path(settings.PACKS_DIR) / code / "privacy.yaml"
    if not code.isalnum() or not (path.is_file() or packs.documents(KIND).filter(code=code).exists()):
        raise SchemeUnknown(scheme=code[:30])
    return load(*packs.text_in_force(KIND, code, on=on, shipped=path))


def notice_of(rules: PrivacyRules, name: str) -> Notice:
    """The notice of a code, or of a code and version. Refuses: EntryUnknown."""
    found = rules.notice(name)
    if found is None:
        raise EntryUnknown(entry=name[:40])
    return found


def schemes(on: date) -> list[PrivacyRules]:
    """Every document one may keep people under, by code: the shipped and the adopted ones."""
    codes = {pack.header.code for pack in reading.shipped(KIND)}
    codes |= set(packs.documents_in_force(KIND, on=on).values_list("code", flat=True))
    return [in_force(code, on) for code in sorted(codes)]


def adopted(on: date) -> list[tuple[PrivacyRules, date]]:
    """The documents the site adopted, by code, each with the first day it held in any version."""
    first = dict(
        packs.documents(KIND).order_by("code", "-effective_from").values_list("code", "effective_from")
    )
    return [
        (load(one.text, f"{one.code}.yaml"), first[one.code]) for one in packs.documents_in_force(KIND, on=on)
    ]


def of_the_site(on: date) -> PrivacyRules:
    """The document the whole site stands under: the strictest that it adopted, else the general one.

    Strictest: one that lets contacts be kept only with a consent, then the first by code.
    """
    held = [rules for rules, _from in adopted(on)]
    ordered = sorted(held, key=lambda rules: (not rules.contacts.consent, rules.code))
    return ordered[0] if ordered else in_force(GENERAL, on)


def demanding_training(on: date) -> list[PrivacyRules]:
    """The adopted documents that keep who was not trained from personal data."""
    held = [load(one.text, f"{one.code}.yaml") for one in packs.documents_in_force(KIND, on=on)]
    return [rules for rules in held if rules.training.demanded]
