"""Figures kept ready for reading, derived from the declarations of `reports.indicators` and kept true by marks of the database.

The database marks what is written (triggers); whoever reads counts the marked places again, under a lock (refresh); sums over
places follow by what changed (rollup). Why it is built this way: docs/decisions/13-cells.md.
"""
