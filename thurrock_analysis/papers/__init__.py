"""The documents as evidence: judgements, actions, claims and what became of them."""
