"""What a provider posts: open to nobody who can't sign it, and closed to everybody who asks from a browser."""

from tests.access.table import Row, everybody

ROWS = [
    Row("texts:came_in", get=everybody(405), post=everybody(403)),
    Row("texts:became", own=lambda scene, user: ["0123abc"], get=everybody(405), post=everybody(403)),
]
