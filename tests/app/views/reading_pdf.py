"""What a PDF by Qt says, read without a library: its text, its page, its metadata."""

from __future__ import annotations

import re
import zlib

_OBJECT = re.compile(rb"(\d+) 0 obj\s(.*?)\sendobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


class Pdf:
    """The objects of a file, streams unpacked."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.objects = {int(number): body for number, body in _OBJECT.findall(data)}

    def stream(self, number: int) -> bytes:
        """The stream of an object, unpacked."""
        body = self.objects[number]
        found = _STREAM.search(body)
        assert found is not None
        return zlib.decompress(found[1]) if b"/FlateDecode" in body else found[1]

    @property
    def page_size(self) -> tuple[float, float]:
        """In points."""
        found = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", self.data)
        assert found is not None
        return float(found[1]), float(found[2])

    @property
    def xmp(self) -> bytes:
        """The packet that describes the document."""
        (number,) = (n for n, body in self.objects.items() if b"/Subtype /XML" in body)
        return self.stream(number)

    def text(self) -> str:
        """Every text of the page as its font's table says, in the order of drawing."""
        tables = {
            number: self._table(number) for number, body in self.objects.items() if b"/ToUnicode" in body
        }
        found: list[str] = []
        for number, body in self.objects.items():
            if b"stream" not in body or b"/Image" in body or b"/Length1" in body:
                continue
            font: dict[int, str] = {}
            for name, codes in re.findall(rb"/F(\d+) [\d.-]+ Tf|<([0-9A-Fa-f]+)>", self.stream(number)):
                if name:
                    font = tables[int(name)]
                elif font:
                    found += [font.get(int(codes[at : at + 4], 16), "") for at in range(0, len(codes), 4)]
        return "".join(found)

    def _table(self, font: int) -> dict[int, str]:
        found = re.search(rb"/ToUnicode (\d+) 0 R", self.objects[font])
        assert found is not None
        table: dict[int, str] = {}
        for first, last, texts, start in re.findall(
            rb"<([0-9A-F]{4})> <([0-9A-F]{4})> (?:\[([^\]]*)\]|<([0-9A-F]{4})>)", self.stream(int(found[1]))
        ):
            codes = range(int(first, 16), int(last, 16) + 1)
            said = [int(text, 16) for text in re.findall(rb"<([0-9A-F]+)>", texts)]
            for place, code in enumerate(codes):
                table[code] = chr(said[place] if said else int(start, 16) + place)
        return table
