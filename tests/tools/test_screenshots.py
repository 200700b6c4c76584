from PIL import Image

from tools import screenshots

SIGN_INS = [
    "  coordinator    coordinator@example.org      /office/",
    "  court clerk    clerk5@example.org           /court/",
    "  password       four-words",
]


def test_the_sign_ins_are_read_from_what_the_demonstration_says():
    assert screenshots.addresses(SIGN_INS) == {
        "coordinator": "coordinator@example.org",
        "court clerk": "clerk5@example.org",
    }
    assert screenshots.password(SIGN_INS) == "four-words"


def test_a_picture_is_made_small_and_keeps_its_size(tmp_path):
    picture = tmp_path / "page.png"
    Image.effect_noise((200, 200), 50).convert("RGB").save(picture)
    before = picture.stat().st_size

    screenshots.shrink(picture)

    assert picture.stat().st_size < before
    with Image.open(picture) as small:
        assert (small.size, small.mode) == ((200, 200), "P")


def test_the_readme_shows_each_of_them():
    readme = (screenshots.FOLDER.parents[1] / "README.md").read_text()

    assert [shot.name for shot in screenshots.SHOTS if f"docs/screenshots/{shot.name}.png" not in readme] == []
