"""What a process remembers of kept figures: answers that were read from cells, good for as long as the figures' moment is theirs."""

from collections import OrderedDict
from threading import Lock

# A dashboard asks three times; a nation's answer by province is some hundred kilobytes.
MOST = 100


class Remembered:
    """Answers by what was asked, the moment of the figures in it; those asked longest ago are forgotten.

    An answer is never changed by whoever asked. Nothing has to be thrown away when figures change: the moment is another one then.
    """

    def __init__(self, most=MOST):
        self.most, self._answers, self._lock = most, OrderedDict(), Lock()

    def once(self, asked, answer):
        """The answer to what was asked, by `answer()` where it is not known; that there is none (None) is not remembered."""
        with self._lock:
            if asked in self._answers:
                self._answers.move_to_end(asked)
                return self._answers[asked]
        found = answer()
        if found is None:
            return None
        with self._lock:
            self._answers[asked] = found
            while len(self._answers) > self.most:
                self._answers.popitem(last=False)
        return found

    def clear(self):
        """Forget everything."""
        with self._lock:
            self._answers.clear()


SUMMARIES, ANSWERS = Remembered(), Remembered()
