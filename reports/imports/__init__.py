"""Workbooks that officers fill in and hand in: what a sheet is made of, and how a file is read."""
