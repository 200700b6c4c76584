from decimal import Decimal

import factory
from factory import SubFactory

from courts.models import Imposed, ListMapping, ListUpload
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import CourtFactory, ReferralFactory
from tests.factories.programs import ProgramFactory
from tests.factories.vault import KeyFactory
from vault.models import Key


class ListMappingFactory(factory.django.DjangoModelFactory[ListMapping]):
    class Meta:
        model = ListMapping

    program = SubFactory(ProgramFactory)
    court = SubFactory(CourtFactory)
    columns = factory.LazyFunction(lambda: {"last name": "last_name"})
    made_at = NOW
    made_by = SubFactory(UserFactory)


class ListUploadFactory(factory.django.DjangoModelFactory[ListUpload]):
    class Meta:
        model = ListUpload

    key = SubFactory(KeyFactory, kind=Key.Kind.LIST)
    program = SubFactory(ProgramFactory)
    court = SubFactory(CourtFactory)
    name = "week-10.csv"
    content = b"last_name\nHalloway\n"
    size = 19
    sha256 = factory.Sequence(lambda n: f"{n:064x}")
    uploaded_at = NOW
    uploaded_by = SubFactory(UserFactory)
    changed_at = NOW


class ImposedFactory(factory.django.DjangoModelFactory[Imposed]):
    class Meta:
        model = Imposed

    referral = SubFactory(ReferralFactory)
    kind = Imposed.Kind.STATUTORY_FEE
    amount = Decimal("1500.00")
    noted_at = NOW
    noted_by = SubFactory(UserFactory)
