"""The rules of contracts and their templates: checked when read; a document for each set of kinds."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as reading
from xinheng.facts.contracts.errors import ContractInvalid, ContractRulesInvalid
from xinheng.facts.contracts.rulebook import ContractRules
from xinheng.facts.contracts.templates import FIELDS, ContractTemplate, unknown_fields

KIND, TEMPLATE = "contract_rules", "contract_template"
GENERAL = "general"


@lru_cache(maxsize=64)
def load(text: str, file: str = "contract_rules.yaml") -> ContractRules:
    """Checked rules from their YAML text. Refuses: ContractRulesInvalid, naming file, line and cause."""
    found, _tree = reading.read_document(text, file=file, shape=ContractRules, refusal=ContractRulesInvalid)
    return found


@lru_cache(maxsize=64)
def load_template(text: str, file: str = "contract_template.yaml") -> ContractTemplate:
    """A checked template from its YAML text. Refuses: ContractRulesInvalid, naming file, line and cause."""
    found, tree = reading.read_document(text, file=file, shape=ContractTemplate, refusal=ContractRulesInvalid)
    for place, name in unknown_fields(found):
        cause = _("There is no field {%(name)s}; there are: %(fields)s.")
        words = cause % {"name": name, "fields": ", ".join(FIELDS)}
        raise ContractRulesInvalid(file=file, line=reading.line_in(tree, ("articles", place)), cause=words)
    return found


def check(text: str) -> None:
    """Whether a text holds rules; no other document has its process number or its kinds (FSP-01).

    Refuses: ContractRulesInvalid.
    """
    new = load(text)
    for other in _latest():
        if other.code == new.code:
            continue
        if new.process and other.process and other.process.no == new.process.no:
            cause = _("Process number %(no)s belongs to %(code)s.")
            words = cause % {"no": new.process.no, "code": other.code}
            raise ContractRulesInvalid(file="contract_rules.yaml", line=1, cause=words)
        for kind in new.kinds:
            if other.kind_of(kind.code):
                words = _("The kind %(kind)s belongs to %(code)s.") % {"kind": kind.code, "code": other.code}
                raise ContractRulesInvalid(file="contract_rules.yaml", line=1, cause=words)


def check_template(text: str) -> None:
    """Whether a text holds a template. Refuses: ContractRulesInvalid."""
    load_template(text)


def in_force(on: date) -> tuple[ContractRules, ...]:
    """The rules of a day, the general ones first: what the site adopted, else what is shipped."""
    found = {code: load(text, path) for code, (text, path) in _shipped(KIND).items()}
    found |= {one.code: load(one.text) for one in packs.documents_in_force(KIND, on=on)}
    return tuple(sorted(found.values(), key=lambda rules: (rules.code != GENERAL, rules.code)))


def general(on: date) -> ContractRules:
    """The rules of whatever has no others."""
    return in_force(on)[0]


def rules_of(kind: str, on: date) -> ContractRules:
    """The rules a kind of contract is under on a day. Refuses: ContractInvalid."""
    for rules in in_force(on):
        if rules.kind_of(kind):
            return rules
    raise ContractInvalid(cause=_("There is no kind of contract %(kind)s.") % {"kind": kind}, field="kind")


def held(kind: str, on: date) -> ContractRules:
    """The rules of a kind that stands in the ledger; the general ones where none knows it any more."""
    return next((rules for rules in in_force(on) if rules.kind_of(kind)), general(on))


def kinds(on: date) -> dict[str, str]:
    """Every kind of contract in the reader's language, by code."""
    return {kind.code: kind.words for rules in in_force(on) for kind in rules.kinds}


def template_of(kind: str, on: date) -> ContractTemplate | None:
    """The template that contracts of a kind are drafted from on a day; None: there is none."""
    found = {code: load_template(text, path) for code, (text, path) in _shipped(TEMPLATE).items()}
    found |= {one.code: load_template(one.text) for one in packs.documents_in_force(TEMPLATE, on=on)}
    return next((one for one in found.values() if kind in one.kinds), None)


def _latest() -> list[ContractRules]:
    """The newest version of each document there is, adopted or shipped."""
    found = {code: load(text, path) for code, (text, path) in _shipped(KIND).items()}
    adopted = {one.code: load(one.text) for one in reversed(packs.documents(KIND))}
    return list((found | adopted).values())


@lru_cache(maxsize=4)
def _shipped(kind: str) -> dict[str, tuple[str, str]]:
    paths = sorted(Path(settings.PACKS_DIR).glob(f"*/{kind}.yaml"))
    return {path.parent.name: (path.read_text("utf-8"), path.name) for path in paths}
