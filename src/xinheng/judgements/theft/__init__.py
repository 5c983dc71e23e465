"""Who may take electricity without paying, with the evidence in words and figures."""
