"""What must stand before a command runs: settings that can be used, a database that answers."""

from __future__ import annotations

import sys

import django
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, DataError, IntegrityError
from django.utils.translation import gettext as _

from xinheng.wiring.cli.speaking import gettext_noop, in_words

SETTINGS_WRONG = gettext_noop("The settings cannot be used: %(cause)s")


def set_up() -> None:
    """Load the rooms. Ends the program with exit code 1 where the settings do not allow it."""
    if apps.ready:
        return
    try:
        django.setup()
    except (OSError, ValueError, ImproperlyConfigured) as error:
        sys.stderr.write(in_words(SETTINGS_WRONG) % {"cause": error} + "\n")
        sys.exit(1)


def is_our_mistake(error: DatabaseError) -> bool:
    """Whether the database answered and what it was asked is wrong: that is no state of the database."""
    return isinstance(error, IntegrityError | DataError)


def why_not(error: DatabaseError) -> str:
    """What is the matter with the database, in words."""
    cause = str(error).strip().partition("\n")[0]
    if "locked" in cause or "lock timeout" in cause:
        return _("The database is busy with other work. Try again in a moment.")
    if "no such table" in cause or "no such column" in cause or "does not exist" in cause:
        return _("The database is not set up: %(cause)s. Set it up with `xinheng migrate`.") % {
            "cause": cause
        }
    return _("The database cannot be used: %(cause)s") % {"cause": cause}
