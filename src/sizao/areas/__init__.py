"""Lists of risk areas that authorities published: read into spells, audited against the rulebooks."""
