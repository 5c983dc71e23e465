"""Styles and scripts, gathered where the server gives them out."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command

from xinheng.wiring.cli.errors import StylesMissing

BUNDLE = "dist/app.js"


def gather_styles() -> None:
    """Bring the gathered files up to the built ones, when those are newer. Refuses: StylesMissing."""
    if finders.find(BUNDLE) is None:
        raise StylesMissing
    gathered = Path(settings.STATIC_ROOT) / "staticfiles.json"
    built = max(
        Path(storage.path(name)).stat().st_mtime
        for finder in finders.get_finders()
        for name, storage in finder.list([])
    )
    if not gathered.exists() or gathered.stat().st_mtime < built:
        call_command("collectstatic", interactive=False, verbosity=0)
