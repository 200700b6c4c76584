"""Of what the jobs of `courts` consist: the beat's tasks and `tick` do the same, and nothing is in one of them only."""

from courts.actions.alerts import plan_alerts
from courts.actions.asking import plan_asks
from courts.actions.deliveries import deliver_queued
from courts.actions.looks import plan_lists
from courts.actions.mailing import mail_queued, settle_mailed
from courts.actions.reminding import remind_unread
from courts.actions.submissions import clear_forgotten
from courts.actions.taking_in import work_on_lists
from courts.actions.uploads import clear_lists

PLAN = {
    "alerts": plan_alerts,
    "asked_to_call": plan_asks,
    "clerks_reminded": remind_unread,
    "drafts_cleared": clear_forgotten,
    "looks_listed": plan_lists,
}
LISTS = {"lists_worked_on": work_on_lists, "lists_cleared": clear_lists}
DELIVER = {"delivered": deliver_queued, "mailed": mail_queued, "settled": settle_mailed}
