"""What a caller may get wrong: each input, and what it is told.

One table, so that it can be read: the input, the status, the problem's name, a word that its detail
must hold, and where an error has a place, the JSON pointer to it.
"""

import gzip
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

POST = "/api/v1/podcasts"
UPLOAD = "/api/v1/sources"
JSON = {"Content-Type": "application/json"}
NOBODY = str(UUID(int=7))
DEEP = 40


@dataclass(frozen=True)
class Bad:
    """One input and its answer."""

    what: str
    status: int
    problem: str
    word: str
    pointer: str | None = None
    path: str = POST
    method: str = "POST"
    request: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, Any] = field(default_factory=dict)


def body(what: str, pointer: str, word: str, **sent: Any) -> Bad:
    """A JSON body of the right form with something in it that is not allowed."""
    return Bad(what, 422, "invalid-request", word, pointer, request={"json": sent})


def source(what: str, pointer: str, word: str, *sources: Any) -> Bad:
    """Sources that are not allowed."""
    return body(what, f"#/sources{pointer}", word, topic="x", sources=list(sources))


def preference(what: str, key: str, word: str, value: Any) -> Bad:
    """A preference that is not allowed."""
    place = f"#/user_preferences/{key}"
    return body(what, place, word, topic="x", user_preferences={key: value})


def raw(what: str, content: bytes, word: str, **more: Any) -> Bad:
    """A body that is no JSON."""
    return Bad(what, 400, "bad-request", word, request={"content": content}, headers=JSON, **more)


def kind(what: str, word: str, content: bytes = b'{"topic": "x"}', **headers: str) -> Bad:
    """A body of a kind that is not taken."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Bad(what, 415, "unsupported-media-type", word, request={"content": content},
               headers=named)  # fmt: skip


def key(what: str, value: Any, word: str) -> Bad:
    """A key that is none."""
    request = {"json": {"topic": "x"}}
    return Bad(what, 400, "idempotency-key-malformed", word, request=request,
               headers={"X-Idempotency-Key": value})  # fmt: skip


def parameter(what: str, name: str, value: str) -> Bad:
    """A query parameter of the list that is not allowed."""
    request = {"params": {name: value}}
    return Bad(what, 422, "invalid-request", "", f"?{name}", method="GET", request=request)


def upload(what: str, status: int, word: str, pointer: str | None = None, **sent: Any) -> Bad:
    """A file or text that is not taken."""
    named = {400: "bad-request", 413: "body-too-large", 415: "unsupported-media-type"}
    problem = {**named, 422: "invalid-request"}[status]
    headers = sent.pop("headers", {})
    return Bad(what, status, problem, word, pointer, path=UPLOAD, request=sent, headers=headers)


TOPICS = (
    body("a topic of no characters", "#/topic", "empty", topic=""),
    body("a topic of spaces", "#/topic", "letter", topic="    "),
    body("a topic of 10,000 characters", "#/topic", "300 characters", topic="x" * 10_000),
    body("a topic with a control character", "#/topic", "control", topic="The\x07sea"),
    body("a topic with NUL", "#/topic", "control", topic="The\0sea"),
    body("a topic with a line break", "#/topic", "line break", topic="The\nsea"),
    body("a topic with a line separator", "#/topic", "line break", topic="The\u2028sea"),
    body("a topic of zero-width characters", "#/topic", "letter", topic="\u200b\u200d\ufeff"),
    body("a topic of punctuation", "#/topic", "letter", topic="…!?"),
    body("a topic that is a number", "#/topic", "string", topic=7),
    body("a topic that is null", "#/topic", "null", topic=None),
    body("no topic", "#", "topic"),
    body("two topics", "#", "topic", topic="x", topic_id=NOBODY),
    body("a topic nobody discovered", "#/topic_id", "no such topic", topic_id=NOBODY),
    body("a key nobody knows", "#/mood", "no such key", topic="x", mood="gay"),
)
PREFERENCES = (
    preference("an unknown preference", "speed", "no such key", 2),
    preference("a length of nothing", "length_minutes", "1", 0),
    preference("a length of an hour", "length_minutes", "30", 60),
    preference("a huge length", "length_minutes", "30", 10**400),
    preference("a length in words", "length_minutes", "integer", "three"),
    preference("half a minute", "length_minutes", "integer", 0.5),
    preference("an unknown format", "format", "deep_dive", "opera"),
    preference("an unknown language", "language", "en", "tlh"),
    preference("one voice for both", "voices", "different", {"host_a": "a", "host_b": "a"}),
)
SOURCES = (
    source("a source that is nothing", "/0", "one of", {}),
    source("a source nobody handed in", "/0/source_id", "no such source", {"source_id": NOBODY}),
    source("a source id that is none", "/0/source_id", "UUID", {"source_id": "../etc/passwd"}),
    source("a source twice", "", "same source", *[{"url": "https://example.org/"}] * 2),
    source("an id twice", "", "same source", *[{"source_id": NOBODY}] * 2),
    source("500 sources", "", "20", *[{"url": f"https://example.org/{n}"} for n in range(500)]),
    source("an empty text", "/0/text", "empty", {"title": "T", "text": ""}),
    source("a text without words", "/0/text", "letter", {"title": "T", "text": "--- \n ---"}),
    source("a text with NUL", "/0/text", "NUL", {"title": "T", "text": "a\0b"}),
    source("a text without a title", "/0", "title", {"text": "words"}),
    source("a file of this machine", "/0/url", "http", {"url": "file:///etc/passwd"}),
    source("gopher", "/0/url", "http", {"url": "gopher://example.org/"}),
    source("no whole address", "/0/url", "http", {"url": "example.org"}),
    source("a port that is none", "/0/url", "http", {"url": "http://example.org:70000/"}),
    source("a password", "/0/url", "password", {"url": "https://me:secret@example.org/"}),
    source("a line break in it", "/0/url", "control", {"url": "https://example.org/\r\nX: y"}),
    source("3,000 characters", "/0/url", "2048", {"url": "https://e.org/" + "x" * 3000}),
    *(
        source(f"the address {host}", "/0/url", "public", {"url": f"http://{host}/latest"})
        for host in (
            "127.0.0.1", "localhost", "LOCALHOST.", "127.1", "2130706433", "0x7f000001", "0",
            "10.0.0.1", "192.168.1.1", "172.16.0.9", "169.254.169.254", "100.64.0.1", "[::1]",
            "[::ffff:127.0.0.1]", "[fd00::1]", "[fe80::1]", "224.0.0.1", "db.internal",
            "printer.local", "a.localhost",
        )
    ),
)  # fmt: skip
BODIES = (
    raw("no body", b"", "not JSON"),
    raw("no JSON", b"topic: x", "line 1, column 1"),
    raw("half a body", b'{"topic": "x', "not JSON"),
    raw("two bodies", b'{"topic": "x"}{"topic": "y"}', "Extra data"),
    raw("a list", b"[]", "no JSON object"),
    raw("null", b"null", "no JSON object"),
    raw("a key twice", b'{"topic": "x", "topic": "y"}', "'topic' stands twice"),
    raw("a key twice inside", b'{"a": [{"\\ud800": 1, "\\ud800": 2}]}', "stands twice"),
    raw("NaN", b'{"topic": NaN}', "number"),
    raw("Infinity", b'{"topic": -Infinity}', "number"),
    raw("a number beyond all", b'{"topic": 1e999}', "number"),
    raw("10,000 digits", b'{"topic": ' + b"1" * 10_000 + b"}", "number"),
    raw("a lone surrogate", b'{"topic": "\\ud800"}', "surrogate"),
    raw("a lone surrogate for a key", b'{"\\udfff": 1}', "surrogate"),
    raw("no UTF-8", b'{"topic": "\xff"}', "UTF-8 at byte 11"),
    raw("a byte order mark", b'\xef\xbb\xbf{"topic": "x"}', "byte order mark"),
    raw("UTF-16", '{"topic": "x"}'.encode("utf-16-le"), ""),
    raw("too deep", b'{"a":' * DEEP + b"1" + b"}" * DEEP, "levels"),
    raw("far too deep", b"[" * 200_000, "levels"),
    raw("a control character", b'{"topic": "a\nb"}', "control character"),
    kind("no content type", "application/json"),
    kind("plain text", "application/json", Content_Type="text/plain"),
    kind("a form", "application/json", b"topic=x",
         Content_Type="application/x-www-form-urlencoded"),
    kind("XML", "application/json", b"<topic/>", Content_Type="application/xml"),
    kind("another charset", "UTF-8", Content_Type="application/json; charset=iso-8859-1"),
    kind("gzip", "Content-Encoding", gzip.compress(b'{"topic": "x"}'),
         Content_Type="application/json", Content_Encoding="gzip"),
    Bad("10 MB", 413, "body-too-large", "1048576",
        request={"content": json.dumps({"topic": "x" * 10_000_000})}, headers=JSON),
    Bad("10 MB in headers", 431, "headers-too-large", "16384", request={"json": {"topic": "x"}},
        headers={"X-Filler": "x" * 20_000}),
    Bad("a correlation id in letters of ours", 400, "bad-request", "X-Workflow-ID",
        request={"json": {"topic": "x"}}, headers={"X-Workflow-ID": "é".encode()}),
)  # fmt: skip
KEYS = (
    Bad("no key", 400, "idempotency-key-missing", "X-Idempotency-Key",
        request={"json": {"topic": "x"}}, headers={"X-Idempotency-Key": None}),
    key("an empty key", "", "255"),
    key("a key of 300 characters", "k" * 300, "255"),
    key("a key with a tab", "two\twords", "printable"),
    key("a key of other letters", "schlüssel".encode(), "printable"),
)  # fmt: skip
PLACES = (
    Bad("an unknown workflow", 404, "not-found", "", path=f"{POST}/{NOBODY}", method="GET"),
    Bad("an unknown workflow to cancel", 404, "not-found", "", path=f"{POST}/{NOBODY}",
        method="DELETE"),
    Bad("a workflow id that is none", 404, "not-found", "", path=f"{POST}/%00", method="GET"),
    Bad("a flow nobody started", 404, "not-found", "", path=f"/api/v1/workflows/{NOBODY}",
        method="GET"),
    Bad("a media link of one's own making", 403, "link-invalid", "",
        path="/api/v1/media/abc.def", method="GET"),
    Bad("a method nobody knows", 405, "method-not-allowed", "", path=POST, method="PATCH"),
    parameter("a limit of words", "limit", "many"),
    parameter("a limit of nothing", "limit", "0"),
    parameter("a limit of a thousand", "limit", "1000"),
    parameter("a limit of 5,000 digits", "limit", "9" * 5000),
    parameter("a cursor of one's own making", "cursor", "WzEsMl0"),
    parameter("a cursor in other letters", "cursor", "é"),
    parameter("an empty cursor", "cursor", ""),
    parameter("a cursor too deep", "cursor", "W1tb" * 3000),
)  # fmt: skip
_FORM = {"Content-Type": "multipart/form-data; boundary=b"}
_PART = b'--b\r\nContent-Disposition: form-data; name="%s"; filename="a"\r\n\r\nwords\r\n--b--\r\n'
UPLOADS = (
    upload("an empty file", 422, "empty", "#/file", files={"file": ("a.txt", b"", "text/plain")}),
    upload("a picture", 422, "picture", "#/file", files={"file": ("a.pdf", b"\x89PNG\r\n" * 9)}),
    upload("a packed archive", 422, "archive", "#/file", files={"file": b"PK\x03\x04" + bytes(99)}),
    upload("a program", 422, "program", "#/file", files={"file": b"\x7fELF" + bytes(99)}),
    upload("50 MB", 413, "26214400", files={"file": ("a.txt", b"x" * 50_000_000, "text/plain")}),
    upload("a file in another field", 422, "`file`", "#/upload", files={"upload": b"words"}),
    upload("a field that is no file", 422, "`file`", "#/file", files={"file": (None, b"words")}),
    upload("two files", 422, "one", "#/file", files=[("file", b"x"), ("file", b"y")]),
    upload("a field beside it", 422, "no such field", "#/a", files={"file": b"x"}, data={"a": "b"}),
    upload("a form without parts", 422, "`file`", "#/file", content=b"--b--\r\n", headers=_FORM),
    upload("a form without boundary", 400, "form", content=b"x",
           headers={"Content-Type": "multipart/form-data"}),
    upload("a form that breaks off", 422, "`file`", "#/file", headers=_FORM,
           content=b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nwor'),
    upload("a form that is none", 400, "form", content=b"words", headers=_FORM),
    *(upload(f"a form in {charset}", 415, "UTF-8", content=_PART % b"file", headers={
        "Content-Type": f"multipart/form-data; boundary=b; charset={charset}"})
      for charset in ("undefined", "punycode", "unicode_escape", "latin-1")),
    # Where a quoted value hides the charset from us, the form's parser still finds it.
    upload("a form in a hidden charset", 400, "form", content=_PART % b"file", headers={
        "Content-Type": 'multipart/form-data; boundary=b; charset=undefined; a="; charset=utf-8"'}),
    upload("a name that is no text", 422, "no such field", content=_PART % b"\\ud800", headers={
        "Content-Type":
            'multipart/form-data; boundary=b; charset=unicode_escape; a="; charset=utf-8"'}),
    upload("no text", 422, "needed", "#/text", json={"title": "T"}),
    upload("no title", 422, "needed", "#/title", json={"text": "words"}),
    upload("a path", 422, "no such key", "#/path", json={"title": "T", "text": "x", "path": "/"}),
)  # fmt: skip
ALL = (*TOPICS, *PREFERENCES, *SOURCES, *BODIES, *KEYS, *PLACES, *UPLOADS)
