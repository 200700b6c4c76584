"""Why a line, a waiver, a plan or a closing is refused."""

from core.refusal import Refusal


class NoFees(Refusal):
    pass


class AlreadyAssessed(Refusal):
    pass


class NotAnAmount(Refusal):
    pass


class NotThatDay(Refusal):
    pass


class BooksClosed(Refusal):
    pass


class MoreThanOwed(Refusal):
    pass


class MoreThanPaid(Refusal):
    pass


class WhyMissing(Refusal):
    pass


class KeyUsed(Refusal):
    pass


class AlreadyTakenBack(Refusal):
    pass


class NotTakenBack(Refusal):
    pass


class FileForgotten(Refusal):
    pass


class AlreadyAsked(Refusal):
    pass


class AlreadyDecided(Refusal):
    pass


class NotYoursToDecide(Refusal):
    pass


class NothingOwed(Refusal):
    pass


class PlanDoesNotAddUp(Refusal):
    pass


class StepsIncomplete(Refusal):
    pass


class SharesDoNotAddUp(Refusal):
    pass


class LaterOneStands(Refusal):
    pass


class NotYetOver(Refusal):
    pass


class NotInOrder(Refusal):
    pass


class NoReceipt(Refusal):
    pass
