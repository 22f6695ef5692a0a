"""What units report each week or month: the sheet, and whether it follows from the one before."""
