"""The command line: `xinheng`.

Exit codes: 0 done · 1 refused, or not ready · 2 wrong usage · 3 a check found something · 130 stopped.
"""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinheng.wiring.settings")


def main() -> None:
    """Run one command of the command line."""
    from xinheng.wiring.cli import speaking

    speaking.begin()
    from xinheng.wiring.cli.commands import app

    app()
