from messaging.actions.planning import Planned, plan
from messaging.actions.sending import Counts, send_due
from messaging.actions.sweeping import sweep
from messaging.actions.tending import listen, tend

__all__ = ["Counts", "Planned", "listen", "plan", "send_due", "sweep", "tend"]
