"""Papers as somebody might send them: fit ones, and what is made to do harm."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf

MB = 1024 * 1024


def pdf(change: Callable[[pikepdf.Pdf], Any] = lambda made: None, **saved: Any) -> bytes:
    made, out = pikepdf.new(), BytesIO()
    made.add_blank_page()
    change(made)
    made.save(out, **saved)
    return out.getvalue()


def opens_at_a_page(made: pikepdf.Pdf) -> None:
    made.Root.OpenAction = pikepdf.Array([made.pages[0].obj, pikepdf.Name.Fit])


def links_to_the_web(made: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://pinewater.example/")
    link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=action)
    made.pages[0].Annots = pikepdf.Array([link])


def runs_a_script(made: pikepdf.Pdf) -> None:
    made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def names_a_script(made: pikepdf.Pdf) -> None:
    script = made.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)"))
    made.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=["one", script]))


def launches(made: pikepdf.Pdf) -> None:
    launch = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")
    made.pages[0].AA = pikepdf.Dictionary(O=launch)


def is_a_form_of_its_own(made: pikepdf.Pdf) -> None:
    made.Root.AcroForm = pikepdf.Dictionary(Fields=[], XFA=made.make_stream(b"<xdp/>"))


def carries_a_file(made: pikepdf.Pdf) -> None:
    made.attachments["a.txt"] = b"hello"


def pins_a_file(made: pikepdf.Pdf) -> None:
    pin = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FileAttachment, Rect=[0, 0, 9, 9])
    made.pages[0].Annots = pikepdf.Array([pin])


def unpacks_to_too_much(made: pikepdf.Pdf) -> None:
    made.pages[0].Contents = made.make_stream(b" " * (220 * MB))


def unpacks_twice(made: pikepdf.Pdf) -> None:
    once = zlib.compress(b" " * (400 * MB), 9)
    stream = pikepdf.Stream(made, b"")
    twice = pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode])
    stream.write(zlib.compress(once, 9), filter=twice)
    made.pages[0].Contents = stream


def goes_on_and_on(made: pikepdf.Pdf) -> None:
    for _ in range(1_000):
        made.add_blank_page()


def nests_deep(made: pikepdf.Pdf) -> None:
    inner = pikepdf.Dictionary(A=1)
    for _ in range(100):
        inner = pikepdf.Dictionary(A=inner)
    made.Root.X = inner


def png(width: int = 3, height: int = 2, *, rows: bytes | None = None, color: int = 2) -> bytes:
    samples = {0: 1, 2: 3, 6: 4}[color]
    packed = zlib.compress(rows if rows is not None else bytes((1 + width * samples) * height), 9)
    head = struct.pack(">IIBBBBB", width, height, 8, color, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def jpeg(width: int = 3, height: int = 2, *, end: bytes = b"\xff\xd9") -> bytes:
    """Its frame, and something where the picture would be."""
    head = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\0"
    scan = b"\xff\xda" + struct.pack(">H", 8) + b"\x01\x01\0\0\x3f\0" + b"\x12\x34"
    return b"\xff\xd8" + head + frame + scan + end
