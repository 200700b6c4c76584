"""What can be done about one man's money. They stand under Money in his file, and nowhere else."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from accounts.models import User
from accounts.roles import Role
from courts.actions import memos
from courts.models import Imposed, Referral
from office.doing import Deed, Done, declare
from office.forms import money as forms
from office.ledger import account, number_of
from office.words import day, money
from programs.actions import money as actions
from programs.kinds import EntryKind
from programs.models import Enrollment, FeeEntry, PaymentPlan, WaiverRequest

AN_ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})


def _stands(enrollment: Enrollment) -> str:
    """Read anew: what was done stands in it."""
    return account(Enrollment.objects.select_related("participant__key").get(pk=enrollment.pk)).sentence


def _assess(enrollment: Enrollment, *, by: User, now: datetime, **said: Any) -> Done:
    made = actions.assess(enrollment=enrollment, by=by, now=now, **said)
    return Done(f"Assessed: {money(made.amount)}. The income was not kept.")


def _pay(enrollment: Enrollment, *, by: User, now: datetime, **said: Any) -> Done:
    made = actions.pay(enrollment=enrollment, by=by, now=now, **said)
    return Done(f"Paid: {money(made.amount)}, receipt {number_of(made)}. {_stands(enrollment)}")


def _refund(enrollment: Enrollment, *, by: User, now: datetime, **said: Any) -> Done:
    made = actions.refund(enrollment=enrollment, by=by, now=now, **said)
    return Done(f"Refunded: {money(made.amount)}, receipt {number_of(made)}. {_stands(enrollment)}")


def _ask(enrollment: Enrollment, *, amount: Decimal, why: str, by: User, now: datetime) -> Done:
    actions.ask_to_waive(enrollment=enrollment, amount=amount, why=why, by=by, now=now)
    return Done(f"Asked: {money(amount)}. An administrator decides; until then he owes it.")


def _approve(request: WaiverRequest, *, by: User, now: datetime) -> Done:
    actions.decide_waiver(request=request, granted=True, by=by, now=now)
    return Done(f"Waived: {money(request.amount)}. {_stands(request.enrollment)}")


def _refuse(request: WaiverRequest, *, by: User, now: datetime) -> Done:
    actions.decide_waiver(request=request, granted=False, by=by, now=now)
    return Done(f"Not waived. {_stands(request.enrollment)}")


def _take_back(entry: FeeEntry, *, why: str, key: uuid.UUID, by: User, now: datetime) -> Done:
    actions.reverse(entry=entry, why=why, key=key, by=by, now=now)
    return Done(f"Taken back by a line of its own. {_stands(entry.enrollment)}")


def _plan(enrollment: Enrollment, *, installments: Sequence[tuple[date, Decimal]], by: User, now: datetime) -> Done:
    actions.plan_payments(enrollment=enrollment, installments=installments, by=by, now=now)
    last, _ = installments[-1]
    many = f"{len(installments)} installments" if len(installments) > 1 else "1 installment"
    return Done(f"A plan of {many}; the last by {day(last)}.")


def _end_plan(plan: PaymentPlan, *, by: User, now: datetime) -> Done:
    actions.end_plan(plan=plan, by=by, now=now)
    return Done("The plan has ended. What he owes stays.")


def _impose(referral: Referral, *, by: User, now: datetime, **said: Any) -> Done:
    made = memos.note_imposed(referral=referral, by=by, now=now, **said)
    return Done(f"Noted beside the case: {money(made.amount)}. It stands in no sum of ours.")


def _not_imposed(memo: Imposed, *, by: User, now: datetime) -> Done:
    memos.end_imposed(memo=memo, by=by, now=now)
    return Done("Taken back.")


def _is_open(request: WaiverRequest) -> bool:
    return request.decided_at is None


declare(
    Deed(
        noun=Enrollment, name="pay", label="Enter a payment", form=forms.TakePayment, do=_pay, within=True, first=True
    ),
    Deed(noun=Enrollment, name="assess", label="Assess the fee", form=forms.AssessFee, do=_assess, within=True),
    Deed(noun=Enrollment, name="plan", label="Make a plan", form=forms.MakePlan, do=_plan, within=True),
    Deed(noun=Enrollment, name="waive", label="Ask to waive", form=forms.AskToWaive, do=_ask, within=True),
    Deed(noun=Enrollment, name="refund", label="Enter a refund", form=forms.Refund, do=_refund, within=True),
    Deed(
        noun=WaiverRequest,
        name="approve",
        label="Waive it",
        do=_approve,
        offered=_is_open,
        roles=AN_ADMINISTRATOR,
        first=True,
    ),
    Deed(
        noun=WaiverRequest,
        name="refuse",
        label="Don't waive it",
        do=_refuse,
        offered=_is_open,
        roles=AN_ADMINISTRATOR,
        warning="What he owes stays as it is. Somebody may ask again.",
    ),
    Deed(
        noun=FeeEntry,
        name="take-back",
        label="Take it back",
        form=forms.TakeBack,
        do=_take_back,
        offered=lambda one: one.kind != EntryKind.REVERSED and not hasattr(one, "reversed_by"),
        warning="A line of today takes it back. No line is ever changed or deleted.",
    ),
    Deed(
        noun=PaymentPlan,
        name="end",
        label="End the plan",
        do=_end_plan,
        offered=lambda plan: plan.ended_at is None,
        warning="What he owes stays, and is due without a plan. To change the days, make another plan instead.",
    ),
    Deed(
        noun=Referral,
        name="impose",
        label="Note what the court imposed",
        form=forms.NoteImposed,
        do=_impose,
        within=True,
    ),
    Deed(
        noun=Imposed,
        name="end",
        label="Take the memo back",
        do=_not_imposed,
        offered=lambda memo: memo.ended_at is None,
        warning="For a memo that was wrong, or an amount that the court itself took back.",
    ),
)
