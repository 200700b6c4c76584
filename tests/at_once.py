"""Several threads that begin at one instant, each with a connection of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection


def at_once(works: Sequence[Callable[[], object]]) -> list[object]:
    """What each gave back, or the exception it raised."""
    begin = Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        begin.wait(10)
        try:
            return work()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))
