"""Reads texts of bulletins: one form of text, segments, words, what a number counts, remarks, refusals."""

from sizao.bulletin.read.read import Reading, Unread, read_bytes, read_files, read_text

__all__ = ["Reading", "Unread", "read_bytes", "read_files", "read_text"]
