from courts.forms.strangers import CodeForm, VerifyForm

__all__ = ["CodeForm", "VerifyForm"]
