"""Key accounts: who they are, who answers for them, what they ask for, and what we promised them."""
