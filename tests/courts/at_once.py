from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connection

T = TypeVar("T")


def at_once(work: Callable[[int], T], workers: int) -> list[T]:
    """Each on a connection of its own; all begin together."""
    begin = Barrier(workers)

    def own(number: int) -> T:
        begin.wait(10)
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(own, range(workers)))
