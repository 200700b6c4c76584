"""What can be done about a program's rules: write the next version."""

from datetime import datetime
from typing import Any

from accounts.models import User
from office.doing import Deed, Done, declare
from office.forms.policies import NewPolicy
from office.subjects import page
from programs.actions import policies
from programs.models import Policy, Program

WARNING = "Cohorts that run keep the version they began with. A new cohort begins with the newest."


def _write(record: Policy | Program, *, by: User, now: datetime, **said: Any) -> Done:
    program = record.program if isinstance(record, Policy) else record
    policy = policies.new_version(program=program, by=by, now=now, **said)
    return Done(f"Version {policy.version} is written. Cohorts that run keep theirs.", then=page(policy))


declare(
    Deed(noun=Policy, name="version", label="New version", form=NewPolicy, do=_write, warning=WARNING),
    Deed(noun=Program, name="policy", label="New policy version", form=NewPolicy, do=_write, warning=WARNING),
)
