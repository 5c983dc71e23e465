"""The Chinese font that everything printed or drawn is set in; it is installed with the program."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings

FONT_PACKAGE, FONT_FILE = "noto_cjk_sans_otc", "NotoSansCJK-Regular.ttc"


def font_folder() -> Path | None:
    """The folder of the Chinese font: that of the setting PRINT_FONTS, else the installed package's."""
    chosen = getattr(settings, "PRINT_FONTS", "")
    if chosen:
        return Path(chosen) if any(Path(chosen).glob("*.[ot]t[cf]")) else None
    return _packaged()


def font_file() -> Path | None:
    """One file of that folder, for what is drawn letter by letter; None where there is none."""
    folder = font_folder()
    if folder is None:
        return None
    known = folder / FONT_FILE
    return known if known.is_file() else next(iter(sorted(folder.glob("*.[ot]t[cf]"))), None)


@cache
def _packaged() -> Path | None:
    found = find_spec(FONT_PACKAGE)
    folder = Path(found.origin).parent if found and found.origin else None
    return folder if folder and (folder / FONT_FILE).is_file() else None
