"""Every write of the register: one function each, keyword-only, `by=` an Access, one transaction with its act.

Screens, API, imports and commands write only through these.
"""
