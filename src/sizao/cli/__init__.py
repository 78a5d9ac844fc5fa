"""Commands: thin, they call the parts."""
