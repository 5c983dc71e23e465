"""The schedules of terms: checked when they are loaded, told with the line, in force by day."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.utils.translation import gettext as _

from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as reading
from xinheng.facts.retention.errors import RetentionInvalid, TermUnknown
from xinheng.facts.retention.values import Schedule, Schedules, Term

KIND = "retention"
GENERAL = "general"


@lru_cache(maxsize=64)
def load(text: str, file: str = "retention.yaml") -> Schedule:
    """A checked schedule from its YAML text. Refuses: RetentionInvalid, naming file, line and cause."""
    found, tree = reading.read_document(text, file=file, shape=Schedule, refusal=RetentionInvalid)
    if found.code == GENERAL and not (found.terms and found.chains and found.usual_basis):
        cause = _("The general schedule has terms, a usual basis and chains.")
        raise RetentionInvalid(file=file, line=reading.line_in(tree, ("code",)), cause=cause)
    return found


def check(text: str) -> None:
    """Whether a text is a schedule of terms. Refuses: RetentionInvalid."""
    load(text)


def in_force(on: date) -> Schedules:
    """The schedules of a day: what the site adopted of each code, else what is shipped."""
    texts = packs.texts_in_force(KIND, on=on)
    documents = [load(text, f"{code}/retention.yaml") for code, text in sorted(texts.items())]
    return Schedules(tuple(sorted(documents, key=lambda one: one.code != GENERAL)))


def term(code: str, on: date) -> Term:
    """One term of the day. Refuses: TermUnknown."""
    terms = in_force(on).terms
    if code not in terms:
        raise TermUnknown(term=code[:20], terms=", ".join(terms))
    return terms[code]
