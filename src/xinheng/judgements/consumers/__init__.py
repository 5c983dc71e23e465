"""How likely a consumer of electricity pays late, month by month, and points that decay."""
