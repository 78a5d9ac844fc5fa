"""Sizao (四早): policy x facts x date -> what everybody must do today, and why."""

__version__ = "0.1.0"
