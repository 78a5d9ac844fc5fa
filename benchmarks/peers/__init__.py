"""The simple form (one event a person, nothing taken back, no cases) as each peer's author would write it."""
