"""Tables out of the register into files, within one's area, logged, and such that they can be imported again."""
