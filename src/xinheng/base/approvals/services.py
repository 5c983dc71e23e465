"""The acts of approving. This room keeps the minutes; what an approved matter means its owner knows."""

from __future__ import annotations

from xinheng.base.approvals.deciding import decide
from xinheng.base.approvals.delegating import delegate, end_delegation
from xinheng.base.approvals.owners import own
from xinheng.base.approvals.submitting import resubmit, submit, withdraw

__all__ = ["decide", "delegate", "end_delegation", "own", "resubmit", "submit", "withdraw"]
