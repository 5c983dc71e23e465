"""The language of the command line before Django stands, and terminals that cannot write it.

Help must come at once, and loading Django with every room takes seconds: so help and the words about wrong
usage are looked up by the standard library's gettext, in the same catalogue.
"""

from __future__ import annotations

import gettext
import io
import os
import sys
from pathlib import Path


def gettext_noop(text: str) -> str:
    """Mark a text to be translated where it is shown; Django's own would load the settings."""
    return text


LOCALE = Path(__file__).resolve().parent.parent / "locale"
WORDS_OF_TYPER = (  # what typer says by itself and looks up by gettext
    gettext_noop("Arguments"),
    gettext_noop("Commands"),
    gettext_noop("Options"),
    gettext_noop("(deprecated) "),
    gettext_noop("[default: {}]"),
    gettext_noop("[env var: {}]"),
    gettext_noop("[required]"),
    gettext_noop("Show this message and exit."),
    gettext_noop("Install completion for the current shell."),
    gettext_noop("Show completion for the current shell, to copy it or customize the installation."),
)


def language() -> str:
    """zh-hans or en, by XINHENG_LANGUAGE; Chinese where it names neither."""
    return "en" if os.environ.get("XINHENG_LANGUAGE", "").lower().startswith("en") else "zh-hans"


def begin() -> None:
    """Let typer find our words, and let a sign that the terminal lacks be no error."""
    os.environ["LANGUAGE"] = "en" if language() == "en" else "zh_Hans"
    gettext.bindtextdomain("django", LOCALE)
    gettext.textdomain("django")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def in_words(text: str) -> str:
    """A help text or a word about usage in the reader's language."""
    if not text:
        return text
    catalogue = gettext.translation(
        "django", LOCALE, ["en" if language() == "en" else "zh_Hans"], fallback=True
    )
    return catalogue.gettext(text)
