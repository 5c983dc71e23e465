"""Factors from outside: weather, holidays, prices, policy, the economy, as dated series and entries."""
