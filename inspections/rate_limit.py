"""How often somebody without an account may ask: counted in the cache, by address and by link."""

import hashlib
import time
from dataclasses import dataclass

from django.core.cache import cache


@dataclass(frozen=True)
class Limit:
    """So many times in each stretch of so many seconds."""

    name: str
    times: int
    seconds: int

    def wait(self, who) -> int:
        """Count one more; the seconds until the next may come when it is one too many, else 0."""
        now = time.time()
        stretch = int(now // self.seconds)
        # Hashed: a link must not be readable in the cache, nor a strange address break its key.
        key = f"limit:{self.name}:{stretch}:{hashlib.sha256(who.encode()).hexdigest()}"
        cache.add(key, 0, timeout=self.seconds)
        try:
            count = cache.incr(key)
        except ValueError:  # thrown out by the cache between the two calls
            return 0
        return int((stretch + 1) * self.seconds - now) + 1 if count > self.times else 0


# A whole market may stand behind one address of a phone company, so an address is given more than a link.
VIEWS_OF_ADDRESS = Limit("views-of-address", 60, 60)
VIEWS_OF_LINK = Limit("views-of-link", 30, 60)
POSTS_OF_LINK = Limit("posts-of-link", 10, 3600)
