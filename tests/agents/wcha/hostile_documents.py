"""Documents made to break whoever reads them."""

import zipfile
import zlib
from io import BytesIO

SENTENCE = "The harbour was built in 1872 and for eighty years it was the busiest on the coast. "
STORY = SENTENCE * 8


def pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R %s >>\n" % (len(objects) + 1, trailer)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R >>"
_FONT = b"/Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
_BOX = b"/MediaBox [0 0 595 842]"


def stream(data: bytes, more: bytes = b"") -> bytes:
    """A stream object."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), more, data)


def lines(text: str) -> bytes:
    """The content of a page with a text in lines of 60 characters."""
    shown = [text[i : i + 60] for i in range(0, len(text), 60)]
    return b"BT /F 11 Tf 14 TL 50 780 Td " + b"".join(f"({s}) ' ".encode() for s in shown) + b"ET"


def one_page(content: bytes, more: bytes = b"") -> bytes:
    """A PDF of one page whose content is given as an object."""
    page = b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R %s %s %s >>" % (_BOX, _FONT, more)
    return pdf(CATALOGUE, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page, content)


def many_pages(pages: int) -> bytes:
    """As many pages, all with the same content."""
    kids = b" ".join(b"%d 0 R" % number for number in range(4, 4 + pages))
    page = b"<< /Type /Page /Parent 2 0 R /Contents 3 0 R %s %s >>" % (_BOX, _FONT)
    tree = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages)
    return pdf(CATALOGUE, tree, stream(lines(STORY)), *[page] * pages)


def bomb_stream(megabytes: int, layers: int = 1) -> bytes:
    """A page whose content unpacks to so much white space."""
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(b" " * 1_000_000) for _ in range(megabytes)) + packer.flush()
    for _ in range(layers - 1):
        data = zlib.compress(data, 9)
    names = b" ".join([b"/FlateDecode"] * layers)
    return one_page(stream(data, b"/Filter [%s]" % names))


def deep_objects(depth: int) -> bytes:
    """Arrays in arrays."""
    return one_page(stream(lines(STORY)), b"/X " + b"[" * depth + b"]" * depth)


def page_tree_in_a_circle() -> bytes:
    """Pages that are their own parents."""
    return pdf(
        CATALOGUE, b"<< /Type /Pages /Kids [3 0 R 2 0 R] /Count 9999999 >>",
        b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 9999999 /Parent 2 0 R >>",
    )  # fmt: skip


def forms_in_a_circle() -> bytes:
    """A drawing that draws itself, twice."""
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /A 5 0 R >> >>"
    page = (
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R %s"
        b" /Resources << /XObject << /A 5 0 R >> >> >>" % _BOX
    )
    return pdf(
        CATALOGUE, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page, stream(b"/A Do /A Do"),
        stream(b"/A Do /A Do", form),
    )  # fmt: skip


def forms_that_multiply(levels: int) -> bytes:
    """Each drawing draws the next one ten times: a billion laughs on paper."""
    objects = []
    for level in range(levels):
        inner = b"/XObject << /A %d 0 R >>" % (6 + level)
        more = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << %s >>" % inner
        objects.append(stream(b"/A Do " * 10, more))
    last = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] " + _FONT
    page = (
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R %s"
        b" /Resources << /XObject << /A 5 0 R >> >> >>" % _BOX
    )
    return pdf(
        CATALOGUE, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page, stream(b"/A Do " * 10),
        *objects, stream(lines("laugh "), last),
    )  # fmt: skip


def locked(password: str) -> bytes:
    """A PDF of a story that opens with a password."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(PdfReader(BytesIO(one_page(stream(lines(STORY))))))
    writer.encrypt(password, "owner", algorithm="AES-256")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def zipped(**files: bytes) -> bytes:
    """A ZIP; two underscores in a name stand for a slash, one for a dot."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), data)
    return out.getvalue()


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol0 "laugh ">'
    + "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10}">' for n in range(1, 10))
    + "]><html><body><p>&lol9;</p></body></html>"
)
"""A billion laughs, as a page."""
FILE_ENTITY = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">'
    '<!ENTITY h SYSTEM "http://127.0.0.1/">]><html><body><p>&f;&h;</p></body></html>'
)
"""Entities that lie in a file and on a server."""
