"""Pictures: a sky over a field."""

import struct
import zlib


def png(size):
    """A square with sides of so many pixels."""

    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    sky = lambda row: (90 + 110 * row // size, 160 + 40 * row // size, 230)
    rows = [bytes(sky(row) if row < size * 2 // 3 else (70, 130, 60)) * size for row in range(size)]
    head = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    content = zlib.compress(b"".join(b"\0" + row for row in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", content) + chunk(b"IEND", b"")
