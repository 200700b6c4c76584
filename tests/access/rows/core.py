from tests.access.table import Row, everybody

ROWS = [
    Row("healthz", get=everybody(200), post=everybody(405)),
    Row("readyz", get=everybody(200), post=everybody(405)),
]
