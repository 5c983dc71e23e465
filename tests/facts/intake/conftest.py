"""Hypothesis without a clock: other work on the machine is no failure."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("intake", deadline=None, max_examples=60)
settings.load_profile("intake")
