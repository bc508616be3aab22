# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The characters with which numbers are written, made few.

PostgreSQL's ``translate`` does the same with the same two texts, so that an index
sees what Python sees.
"""

#: The zeros of scripts in whose countries numbers are typed with them; each is
#: followed by its one to nine. Not left to ``unicodedata``: an index must not change
#: with the version of Python.
_ZEROS = "٠۰०০๐０૦௦໐၀០"
_BLANKS = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
_BLANKS += "\u200a\u202f\u205f\u3000"
_DASHES = "\u02d7\u2010\u2011\u2043\u2212\u2796\u30fc\ufe58\ufe63\uff0d"
#: Dashes that stand between two numbers rather than inside of one.
_LONG_DASHES = "\u2012\u2014\u2015"
#: Dots, quotes and the like between groups of digits.
_DOTS = "\u00b7\u2022\u2024\u2027\u2219\u22c5\u30fb\u3002\uff0e\uff65"
_DOTS += "'`\u00b4\u2018\u2019\u02bc\u2032_~\uff5e"
#: What nobody sees: zero-width characters, marks of direction, the soft hyphen.
_UNSEEN = "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
_UNSEEN += "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufe0e\ufe0f\ufeff"
_OTHERS = {"/": "\\\u2044\u2215\uff0f\uff3c"}
_OTHERS |= {"(": "[{\uff08\uff3b", ")": "]}\uff09\uff3d"}
_OTHERS |= {"+": "\ufe62\uff0b", "#": "\uff03", ",": "\uff0c\u060c", "@": "\uff20"}

_MEANINGS = {
    **{chr(ord(zero) + n): str(n) for zero in _ZEROS for n in range(10)},
    **dict.fromkeys(_BLANKS, " "),
    **dict.fromkeys(_DASHES, "-"),
    **dict.fromkeys(_LONG_DASHES, "\u2013"),
    **dict.fromkeys(_DOTS, "."),
    **{odd: plain for plain, all_odd in _OTHERS.items() for odd in all_odd},
}
#: The two texts of ``translate``: what has no counterpart is left out.
WRITTEN = "".join(_MEANINGS) + _UNSEEN
MEANT = "".join(_MEANINGS.values())
_TABLE = str.maketrans(WRITTEN[: len(MEANT)], MEANT, _UNSEEN)

#: What may stand inside of a number, of what :func:`plain` leaves.
INSIDE = " ./()\u2013-"
#: Inside of a number it is unusual, between two it is not: ``044 - 222``, ``030/123``.
LOOSE = " {2,}| [.-]+ | *[/(\u2013] *"

#: The keys of a telephone.
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
KEYPAD = "22233344455566677778889999"
_TO_DIGITS = str.maketrans(LETTERS + LETTERS.lower(), KEYPAD * 2)


def plain(text: str) -> str:
    """A text with one form of each digit, blank, dash, dot, slash and bracket, and
    without what nobody sees."""
    return text.translate(_TABLE)


def dialled(text: str) -> str:
    """A text with the digits on whose keys its letters are."""
    return text.translate(_TO_DIGITS)
