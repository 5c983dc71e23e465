"""Papers that go with messages: who makes or keeps them says so, and they are asked for when one is sent."""

from __future__ import annotations

from xinheng.base.messages.errors import PaperUnknown
from xinheng.base.messages.values import MakePaper, Paper

_makers: dict[str, MakePaper] = {}


def offer_paper(kind: str, make: MakePaper) -> None:
    """A room says how papers of a kind are made: `make` is given what follows the colon, as of "dunning:12".

    What it gives is kept in the archive already. Refuses as the maker does.
    """
    _makers[kind] = make


def paper_of(named: str) -> Paper:
    """The paper a message names. Refuses: PaperUnknown, and as its maker does."""
    kind, _, which = named.partition(":")
    if kind not in _makers:
        raise PaperUnknown(paper=named[:80])
    return _makers[kind](which)
