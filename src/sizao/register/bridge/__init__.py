"""Records to tables, tables to the derivation, and what it derives back to the screens."""
