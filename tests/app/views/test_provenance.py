from __future__ import annotations

import xml.etree.ElementTree as ET

from app.views.provenance import FACTS, described, rdf, xml_text, xmp

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
DC = "{http://purl.org/dc/elements/1.1/}"
FACT = {"Title": "A <map> & more", "Software": "Attention Explorer 1", "Sentence A": "模型\nx"}


def test_every_fact_by_its_name_and_in_dublin_core():
    (about,) = ET.fromstring(rdf(FACT))
    names, values = (list(about.iter(f"{{{FACTS}}}{part}")) for part in ("name", "value"))
    assert {n.text: v.text for n, v in zip(names, values, strict=True)} == FACT
    assert about.findtext(f"{DC}title/{RDF}Alt/{RDF}li") == FACT["Title"]
    assert about.findtext(f"{DC}description/{RDF}Alt/{RDF}li") == described(FACT)
    assert about.findtext("{http://ns.adobe.com/xap/1.0/}CreatorTool") == FACT["Software"]


def test_a_packet_for_a_pdf():
    packet = xmp(FACT).decode()
    first, *middle, last = packet.split("\n")
    assert first.startswith("<?xpacket begin='\ufeff' id='W5M0") and last == "<?xpacket end='w'?>"
    assert ET.fromstring("\n".join(middle)).tag == "{adobe:ns:meta/}xmpmeta"


def test_without_facts_it_is_still_whole():
    (about,) = ET.fromstring(rdf({}))
    assert about.find(f"{DC}title") is None


def test_what_xml_cannot_say():
    assert xml_text("a\x00\x1f\ud800\ufffe\t\n😀") == "a\ufffd\ufffd\ufffd\ufffd\t\n😀"
