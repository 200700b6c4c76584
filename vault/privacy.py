from core.privacy import SECRET, register


def register_fields() -> None:
    register("vault.Key", plain="id kind made_at destroyed_at", apart="emptied when it is destroyed", wrapped=SECRET)
    register("vault.Bond", plain="id one other made_at")
