# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An answer of Zadarma's API, read field by field."""

import json

import pytest
from zadarma_api.errors import BadAnswer
from zadarma_api.reply import Reply, decode


def nested(levels, kind):
    """An answer whose value has so many lists or objects inside of one another."""
    value = "x"
    for _level in range(levels):
        value = [value] if kind is list else {"a": value}
    return {"a": value}


def test_answer_is_an_object():
    assert decode(b'{"status": "success"}') == {"status": "success"}


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b'"x"', b"null", b"1", b'{"a": NaN}', b'{"a": Infinity}']
    + [b'{"a": 1', b"\xff\xfe", b"[" * 100_000],
)
def test_what_is_no_answer(body):
    assert decode(body) is None
    assert decode(body, mend=True) is None


def test_ids_that_look_like_decimals_keep_their_digits():
    assert decode(b'{"a": 1759098756.12265970}') == {"a": "1759098756.12265970"}


@pytest.mark.parametrize("kind", [list, dict])
def test_levels_of_an_answer(kind):
    """It is a level itself; sixteen inside of one another are four times what Zadarma
    has."""
    deep = nested(15, kind)
    assert decode(json.dumps(deep).encode()) == deep
    assert decode(json.dumps(nested(16, kind)).encode()) is None


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"])
def test_what_cannot_be_stored_is_mended_where_asked(text):
    mark = "a\N{REPLACEMENT CHARACTER}b"
    for answer, mended in (
        ({"a": text}, {"a": mark}),
        ({"a": [text]}, {"a": [mark]}),
        ({text: 1}, {mark: 1}),
    ):
        body = json.dumps(answer).encode()
        assert decode(body) is None
        assert decode(body, mend=True) == mended


REPLY = Reply(
    {
        "text": "x",
        "number": 7,
        "long": "x" * 1000,
        "longer": "x" * 1001,
        "decimal": "7.5",
        "infinite": "inf",
        "none": "nan",
        "null": None,
        "yes": True,
        "no": False,
        "yes too": "1",
        "no too": "0",
        "list": ["x", 7],
        "mixed": ["x", True],
        "objects": [{"a": 1}, {"a": 2}],
        "object": {"a": 1},
    }
)


def test_what_is_there():
    assert "text" in REPLY
    assert "no" in REPLY
    assert "null" not in REPLY
    assert "missing" not in REPLY


@pytest.mark.parametrize(
    "method, name, value",
    [
        ("text", "text", "x"),
        ("text", "number", "7"),
        ("text", "long", "x" * 1000),
        ("optional", "text", "x"),
        ("optional", "null", ""),
        ("optional", "missing", ""),
        ("texts", "list", ["x", "7"]),
        ("items", "list", ["x", 7]),
        ("flag", "yes", True),
        ("flag", "no", False),
        ("flag", "yes too", True),
        ("flag", "no too", False),
        ("number", "number", 7.0),
        ("number", "decimal", 7.5),
    ],
)
def test_fields(method, name, value):
    told = getattr(REPLY, method)(name)
    assert (told, type(told)) == (value, type(value))


def test_objects_inside():
    assert REPLY.object("object").text("a") == "1"
    assert [one.text("a") for one in REPLY.objects("objects")] == ["1", "2"]


@pytest.mark.parametrize(
    "method, name, why",
    [
        ("text", "missing", "missing is missing"),
        ("text", "null", "null is missing"),
        ("text", "yes", r"yes is of another kind \(bool\)"),
        ("text", "list", r"list is of another kind \(list\)"),
        ("text", "longer", "longer has 1001 characters"),
        ("optional", "object", r"of another kind \(dict\)"),
        ("texts", "text", r"of another kind \(str\)"),
        ("texts", "mixed", r"of another kind \(bool\)"),
        ("items", "object", r"of another kind \(dict\)"),
        ("flag", "missing", "missing is missing"),
        ("number", "text", "text is no number"),
        ("number", "infinite", "infinite is no number"),
        ("number", "none", "none is no number"),
        ("number", "yes", r"of another kind \(bool\)"),
        ("object", "text", r"of another kind \(str\)"),
        ("objects", "list", r"of another kind \(str\)"),
    ],
)
def test_what_is_not_as_promised(method, name, why):
    with pytest.raises(BadAnswer, match=why):
        getattr(REPLY, method)(name)


def test_row_holds_no_others():
    assert Reply({"a": 1, "b": None}).row() == {"a": 1, "b": None}
    for value in ([], {}):
        with pytest.raises(BadAnswer, match="b is of another kind"):
            Reply({"a": 1, "b": value}).row()
