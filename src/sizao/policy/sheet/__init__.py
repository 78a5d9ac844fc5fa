"""The sheet of a rulebook, part by part, in Chinese or English."""
