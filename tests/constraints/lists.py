"""courts, its lists and memos: what their tables refuse."""

from decimal import Decimal

from tests.constraints.writing import Listed, again
from tests.factories.clock import NOW
from tests.factories.courts import ListImportFactory
from tests.factories.lists import ImposedFactory, ListMappingFactory, ListUploadFactory


def one_import_for_two() -> None:
    came_in = ListImportFactory()
    for _ in range(2):
        ListUploadFactory(list_import=came_in)


REFUSED: Listed = [
    ("courts_listimport_undone_at_and_by", lambda: ListImportFactory(undone_at=NOW)),
    ("courts_listmapping_one_open", lambda: again(ListMappingFactory, "program", "court")),
    ("courts_listmapping_one_of_all_courts", lambda: again(ListMappingFactory, "program", court=None)),
    ("courts.ListUpload.key", lambda: again(ListUploadFactory, "key")),
    ("courts.ListUpload.list_import", one_import_for_two),
    ("courts_listupload_emptied_is_empty", lambda: ListUploadFactory(emptied_at=NOW)),
    ("courts_listupload_done_with_what_came_in", lambda: ListUploadFactory(state="done")),
    ("courts_listupload_failed_says_why", lambda: ListUploadFactory(state="failed")),
    ("courts_imposed_above_nothing", lambda: ImposedFactory(amount=Decimal(0))),
    ("courts_imposed_ended_at_and_by", lambda: ImposedFactory(ended_at=NOW)),
]

ALLOWED: Listed = [
    ("courts_listmapping_one_open", lambda: again(ListMappingFactory, "program", "court", ended_at=NOW)),
    ("courts_listmapping_one_of_all_courts", lambda: again(ListMappingFactory, "program", court=None, ended_at=NOW)),
]
