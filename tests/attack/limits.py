"""What a reader may take for one input."""

SECONDS_EACH, MOST_MEGABYTES = 20, 2000
