import io
import struct
from collections.abc import Callable

import pytest

from backups import stream
from core.refusal import Refusal

KEY = stream.new_key()
CHUNKS = [b"Dorian Halloway", b"", b"26-CR-00017" * 500, b"the end"]


def sealed(chunks: list[bytes] = CHUNKS) -> bytes:
    file = io.BytesIO()
    writer = stream.Writer(file, recipient=stream.recipient_of(KEY))
    for number, chunk in enumerate(chunks):
        writer.write(chunk, last=number == len(chunks) - 1)
    return file.getvalue()


def opened(content: bytes, key: str = KEY) -> list[bytes]:
    file = io.BytesIO(content)
    return list(stream.chunks(file, stream.opener(file, key=key)))


def places(content: bytes) -> list[int]:
    """Where each chunk begins, and the end."""
    found = [stream.HEAD]
    while found[-1] < len(content):
        (length,) = struct.unpack("!I", content[found[-1] :][:4])
        found.append(found[-1] + 4 + length)
    return found


def test_what_was_sealed_opens() -> None:
    assert opened(sealed()) == CHUNKS


def test_who_wrote_it_can_read_it_again_while_the_file_is_open() -> None:
    file = io.BytesIO()
    writer = stream.Writer(file, recipient=stream.recipient_of(KEY))
    writer.write(b"all", last=True)

    assert list(stream.chunks(file, writer.opener)) == [b"all"]


def test_nothing_of_it_can_be_read_and_no_two_are_alike() -> None:
    one, other = sealed(), sealed()

    assert b"Halloway" not in one
    assert one[stream.HEAD :] != other[stream.HEAD :]


def test_wherever_it_is_cut_it_is_damaged() -> None:
    content = sealed([b"one", b"two", b"three"])

    for end in range(stream.HEAD, len(content)):
        with pytest.raises(stream.Damaged):
            opened(content[:end])


def test_whichever_byte_is_changed_it_does_not_open() -> None:
    content = sealed([b"one", b"two"])

    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1
        with pytest.raises((stream.Damaged, stream.NotABackup, stream.WrongKey)):
            opened(bytes(changed))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda c, at: c + b"x", id="a byte more"),
        pytest.param(lambda c, at: c + c[at[0] : at[1]], id="a chunk more"),
        pytest.param(lambda c, at: c[: at[0]] + c[at[1] : at[2]] + c[at[0] : at[1]] + c[at[2] :], id="exchanged"),
        pytest.param(lambda c, at: c[: at[0]] + c[at[1] :], id="one left out"),
        pytest.param(lambda c, at: c[: stream.HEAD] + sealed()[stream.HEAD :], id="the chunks of another"),
    ],
)
def test_chunks_that_are_not_where_they_were_written(change: Callable[[bytes, list[int]], bytes]) -> None:
    content = sealed()

    with pytest.raises(stream.Damaged):
        opened(change(content, places(content)))


def test_another_key_is_told_so() -> None:
    with pytest.raises(stream.WrongKey, match="sealed to another key"):
        opened(sealed(), key=stream.new_key())


@pytest.mark.parametrize("key", ["", "short", "no base64 at all, but rather long for a key!"])
def test_what_is_no_key(key: str) -> None:
    with pytest.raises(stream.WrongKey, match="44 letters"):
        stream.recipient_of(key)


@pytest.mark.parametrize(
    "content", [b"", stream.MAGIC, b"PGDMP" * 40, sealed()[: stream.HEAD - 1]], ids=["empty", "head", "dump", "cut"]
)
def test_what_is_no_backup(content: bytes) -> None:
    with pytest.raises(stream.NotABackup) as refused:
        opened(content)

    assert isinstance(refused.value, Refusal)
