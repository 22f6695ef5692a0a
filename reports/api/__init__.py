"""The API: every kind of record with what its pages do, the figures, the snapshots, the jobs.

It declares nothing of its own: lists are those of the ledgers, entries are judged by the forms of the pages and written by the same
verbs, figures are those of the indicators.
"""
