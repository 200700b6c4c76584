"""Pages of a list that may be endless: counted as far as anybody turns pages, never to the end."""

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.utils.functional import cached_property

COUNTED = 5_000


if TYPE_CHECKING:
    Pages = Paginator[Any]
else:
    Pages = Paginator  # only the type checker knows it as a generic class


class Bounded(Pages):
    """Counting a million rows takes as long as reading them: past `COUNTED` one filters, or exports."""

    @cached_property
    def _found(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by().values("pk")[: COUNTED + 1].count())

    @cached_property
    def count(self) -> int:
        return min(self._found, COUNTED)

    @property
    def said(self) -> str:
        return f"{self.count:,} in all" if self._found <= COUNTED else f"More than {COUNTED:,}: filter to see the rest"
