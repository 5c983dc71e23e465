"""What every client of a benchmark loads, loaded once: clients are forked from a process that holds it."""

from __future__ import annotations

import django

django.setup()

from xinheng.judgements.limits import services  # noqa: E402 - needs the settings

assert services
