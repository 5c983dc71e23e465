"""The head of the trail, noted in a file beside the database, where who cuts off the end must find it."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

log = logging.getLogger(__name__)


def noted() -> str:
    """The head noted last, as "position:hash"; empty when there is none."""
    try:
        return Path(settings.AUDIT_HEAD).read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return ""


def note(seal: Sequence[Any]) -> None:
    """Note the position and hash of the last seal in place of what was noted."""
    path = Path(settings.AUDIT_HEAD)
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(f"{seal[0]}:{seal[1]}\n")
        Path(name).replace(path)
    except OSError as error:  # the trail is sealed all the same
        log.warning("the head of the audit trail could not be noted: %s", error)
