"""Of what the jobs of `programs` consist: the beat's tasks and `tick` do the same."""

from programs.actions.calling import plan_calls
from programs.actions.feeds import end_orphaned
from programs.actions.reminders import plan_reminders

PLAN = {"feeds_ended": end_orphaned, "reminders": plan_reminders, "calls": plan_calls}
