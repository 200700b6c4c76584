import subprocess
import sys
import threading

import pytest

from faults.servers import children

pytestmark = pytest.mark.pure


def test_knows_children_whichever_thread_forked_them() -> None:
    """Whom it doesn't know, it can't kill: then the fault would have tried nothing."""
    forked: list[subprocess.Popen[bytes]] = []
    gone_on = threading.Event()

    def fork() -> None:
        forked.append(subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE))
        gone_on.wait(5)

    thread = threading.Thread(target=fork)
    thread.start()
    while not forked:
        pass
    found = children(threading.main_thread().native_id or 0)
    gone_on.set()
    thread.join()
    with forked[0] as child:
        child.kill()

    assert child.pid in found
