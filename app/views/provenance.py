"""What a figure says of where it comes from, as the RDF that SVG and PDF carry.

The form is that of XMP (ISO 16684-1): Dublin Core's title and description for whoever shows those only, and every fact
by its name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

FACTS = "urn:attention-explorer:figure#"
"""The namespace of the facts."""

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    f'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:fact="{FACTS}">'
)
# The packet's id is the one that the standard sets; the mark before it tells the encoding.
_PACKET = "<?xpacket begin='\ufeff' id='W5M0MpCehiHzreSzNTczkc9d'?>"


def xml_text(text: str) -> str:
    """`text` without what XML 1.0 has no way to say (control characters, half surrogate pairs): U+FFFD instead."""
    return _NOT_XML.sub("\ufffd", text)


def described(metadata: Mapping[str, str]) -> str:
    """The facts as lines of "name: value"."""
    return "\n".join(f"{name}: {value}" for name, value in metadata.items())


def rdf(metadata: Mapping[str, str]) -> str:
    """The facts as an rdf:RDF element.

    "Title" is also its dc:title, "Software" also its xmp:CreatorTool; all lines are its dc:description.
    """
    parts = []
    if title := metadata.get("Title"):
        parts.append(f"<dc:title>{_in_any_language(title)}</dc:title>")
    parts.append(f"<dc:description>{_in_any_language(described(metadata))}</dc:description>")
    if software := metadata.get("Software"):
        parts.append(f"<xmp:CreatorTool>{_escaped(software)}</xmp:CreatorTool>")
    facts = "".join(
        f'<rdf:li rdf:parseType="Resource"><fact:name>{_escaped(name)}</fact:name>'
        f"<fact:value>{_escaped(value)}</fact:value></rdf:li>"
        for name, value in metadata.items()
    )
    parts.append(f"<fact:facts><rdf:Seq>{facts}</rdf:Seq></fact:facts>")
    return f'{_HEAD}<rdf:Description rdf:about="">{"".join(parts)}</rdf:Description></rdf:RDF>'


def xmp(metadata: Mapping[str, str]) -> bytes:
    """The same as an XMP packet in UTF-8, for a PDF's Metadata."""
    body = f'<x:xmpmeta xmlns:x="adobe:ns:meta/">{rdf(metadata)}</x:xmpmeta>'
    return f"{_PACKET}\n{body}\n<?xpacket end='w'?>".encode()


def _in_any_language(text: str) -> str:
    return f'<rdf:Alt><rdf:li xml:lang="x-default">{_escaped(text)}</rdf:li></rdf:Alt>'


def _escaped(text: str) -> str:
    return escape(xml_text(text))
