"""Backups: the database and every stored file in one encrypted archive, and the way back (docs/operations.md)."""
