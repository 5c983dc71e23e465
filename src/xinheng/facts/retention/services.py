"""The acts of retention."""

from __future__ import annotations

from xinheng.facts.retention.appraising import close_appraisal, give_opinions, open_appraisal
from xinheng.facts.retention.destroying import execute, name_supervisors, scan, seal_certificate, sign
from xinheng.facts.retention.fixing import fix_terms
from xinheng.facts.retention.gone import Gone, note_gone, own_gone, reapply
from xinheng.facts.retention.holding import hold, own_state, release
from xinheng.facts.retention.listing import draw_up, strike, submit

__all__ = [
    "Gone",
    "close_appraisal",
    "draw_up",
    "execute",
    "fix_terms",
    "give_opinions",
    "hold",
    "name_supervisors",
    "note_gone",
    "open_appraisal",
    "own_gone",
    "own_state",
    "reapply",
    "release",
    "scan",
    "seal_certificate",
    "sign",
    "strike",
    "submit",
]
