"""The acts of late-payment risk."""

from __future__ import annotations

from xinheng.judgements.arrears.fitting import Tell, quiet
from xinheng.judgements.arrears.forecasting import by_customer
from xinheng.judgements.arrears.own import end_day, foretell, replay, tell_factor, train
from xinheng.judgements.arrears.reading import table_in
from xinheng.judgements.arrears.storing import Kept, packed
from xinheng.judgements.arrears.tabling import backtest_table, fit_table, predict_table

__all__ = [
    "Kept",
    "Tell",
    "backtest_table",
    "by_customer",
    "end_day",
    "fit_table",
    "foretell",
    "packed",
    "predict_table",
    "quiet",
    "replay",
    "table_in",
    "tell_factor",
    "train",
]
