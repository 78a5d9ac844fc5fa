"""Papers about people and orders: what is on record, in words; whether a paper that was handed out still holds."""
