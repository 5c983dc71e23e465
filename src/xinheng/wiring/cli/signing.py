"""As whom a command signs: the person whose token the shell holds, else whoever has the shell."""

from __future__ import annotations

import os
from dataclasses import replace

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.runs.services import business_day
from xinheng.wiring.cli.errors import TokenInvalid
from xinheng.wiring.cli.output import operator

TOKEN = "XINHENG_TOKEN"  # noqa: S105 - the name of the variable


def signatory() -> Actor:
    """The person of the token in XINHENG_TOKEN, with its rights and reach; the operator where none is set.

    Who has the shell holds no role, so the operator reviews and submits where a policy asks for no role, but
    never signs. Refuses: TokenInvalid.
    """
    token = os.environ.get(TOKEN, "").strip()
    if not token:
        return operator()
    actor = access.actor_of_token(token, on=business_day())
    if actor is None:
        raise TokenInvalid(name=TOKEN)
    return replace(actor, via="cli")
