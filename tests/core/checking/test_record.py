"""Whether an item has a core, as its record tells."""

from cajal_core.base import tys
from cajal_core.checking.record import Record
from cajal_core.checking.unknown import UNKNOWN
from cajal_core.diagnostics.mistake import Mistake
from cajal_core.diagnostics.runtime import BadNatSize
from cajal_core.syntax.parse import MOST_BROKEN


def test_a_type_that_can_be_told_goes_into_the_core() -> None:
    record = Record()
    assert record.core_type(tys.Nat(3)) == tys.Nat(3)
    assert record.is_right


def test_an_item_with_a_type_that_cannot_be_told_has_no_core() -> None:
    record = Record()
    assert isinstance(record.core_type(UNKNOWN), tys.Type)
    assert not record.is_right


def test_an_item_with_a_mistake_has_no_core() -> None:
    assert not Record(mistakes=[BadNatSize(0)]).is_right


def test_a_record_is_full_where_no_more_mistakes_are_told() -> None:
    mistakes: list[Mistake] = [BadNatSize(0)] * MOST_BROKEN
    assert Record(mistakes=mistakes).is_full
    assert not Record(mistakes=mistakes[1:]).is_full
