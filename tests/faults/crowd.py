"""Many people at once: deeds in a queue, done by threads that are each signed in; what is done opens what comes next."""

import queue
import threading
from collections import Counter, defaultdict

from tests.faults.client import Client


class Crowd:
    """Does deeds in parallel and keeps what the server acknowledged.

    A deed is called with the person's clients by user name and answers whether the server said yes.
    """

    def __init__(self, address, people, *, usernames):
        self.address, self.people, self.usernames = address, people, usernames
        self.todo, self.lock = queue.Queue(), threading.Lock()
        self.asked, self.granted, self.trouble = Counter(), defaultdict(list), []
        self.moments = []

    def ask(self, kind, key, deed, *, times=1, then=None):
        """Queue a deed; `times` lets several people try the same at once. `then(key)` is called for each that succeeds."""
        for _same in range(times):
            self.todo.put((kind, key, deed, then))

    def go(self, seconds=150):
        """Do everything, and what follows from it. Raises what went wrong in any thread."""
        threads = [threading.Thread(target=self._person, daemon=True) for _number in range(self.people)]
        for thread in threads:
            thread.start()
        finished = threading.Thread(target=self.todo.join, daemon=True)
        finished.start()
        finished.join(seconds)
        in_time = not finished.is_alive()
        for _thread in threads:
            self.todo.put(None)
        if self.trouble:
            raise ExceptionGroup("Not everybody came through", self.trouble)
        assert in_time, f"Not done within {seconds} seconds: {self.todo.qsize()} deeds are left."

    def _person(self):
        try:
            clients = {name: Client(self.address, name).sign_in() for name in self.usernames}
        except Exception as error:
            self.trouble.append(error)
            return
        while (one := self.todo.get()) is not None:
            kind, key, deed, then = one
            try:
                agreed = deed(clients)
                with self.lock:
                    self.asked[kind] += 1
                    if agreed:
                        self.granted[kind].append(key)
                if agreed and then:
                    then(key)
            except Exception as error:
                self.trouble.append(error)
            finally:
                self.todo.task_done()
        for client in clients.values():
            client.http.close()
