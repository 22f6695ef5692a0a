"""What a reader may take for one input, and how many mutations a property of one is tried with."""

import os

SECONDS_EACH, MOST_MEGABYTES = 20, 2000
MUTATIONS = int(os.environ.get("MUTATIONS", "150"))
