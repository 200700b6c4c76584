"""Amounts as people write them."""

from decimal import Decimal
from typing import Any

from django import forms

CENT = Decimal("0.01")
MOST = Decimal("9999999.99")


class Dollars(forms.DecimalField):
    """US dollars above nothing, to the cent: "$1,450" is read as well as "1450.00"."""

    widget = forms.TextInput

    def __init__(self, *, least: Decimal = CENT, **kwargs: Any) -> None:
        super().__init__(max_digits=9, decimal_places=2, min_value=least, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal", "class": "short", "autocomplete": "off"}

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = value.replace("$", "").replace(",", "").strip()
        return super().to_python(value)
