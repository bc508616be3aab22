# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Why a request to Zadarma failed.

The classes tell apart what somebody can do about it; the sentences that tell the
user so are written where they can be translated, in the models.

One question is asked more often than all others: is it worth trying again? Of what is
:class:`Passing` it is, be it in a minute or tomorrow; everything else is final, and the
same request would fail again until somebody changes something.
"""

from .texts import excerpt

#: What an error keeps of an answer: enough to recognise a proxy's page.
_LONGEST_DETAIL = 200


class ZadarmaError(Exception):
    """A request to Zadarma that brought no usable answer.

    :param detail: what Zadarma or the network said, in their words; never a secret.
        Its beginning is kept, in one line and such that it can be stored.
    """

    def __init__(self, detail: str = "") -> None:
        self.detail = excerpt(detail, _LONGEST_DETAIL)
        super().__init__(self.detail)


class Passing(ZadarmaError):
    """Trouble on the way: whether Zadarma would take the request is not known yet.

    :param begun: whether it may have reached Zadarma, which then may have done what it
        was asked without our knowing
    """

    def __init__(self, detail: str = "", begun: bool = True) -> None:
        super().__init__(detail)
        self.begun = begun


class Unreachable(Passing):
    """No connection: wrong address, no network, refused, broken off, broken TLS."""


class TimedOut(Passing):
    """Connected, but no answer in time, or not all of it."""


class RateLimited(Passing):
    """Too many requests; says so with HTTP 429, or with HTTP 200 and an error text.

    :param retry_after: seconds to wait as Zadarma told, ``None`` when it did not
    """

    def __init__(self, detail: str = "", retry_after: int | None = None) -> None:
        super().__init__(detail, begun=False)
        self.retry_after = retry_after


class BadAnswer(Passing):
    """What came back is not an answer of Zadarma's API, or none at the moment.

    HTML, nothing, another shape, more than anybody reads, or HTTP 5xx.
    """


class NotAudio(Passing):
    """Zadarma sent something that is no sound file; ``detail`` holds how it begins."""


class NotAuthorized(ZadarmaError):
    """Zadarma does not accept key, secret or the address that we call from."""


class Refused(ZadarmaError):
    """Zadarma understood the request and declined it; ``detail`` holds its reason."""


class NotFound(Refused):
    """Zadarma has no such recording: not yet, not any more, or it never had it."""


class TooLarge(ZadarmaError):
    """A recording above what is taken; ``detail`` holds the limit."""


class ForeignAddress(ZadarmaError):
    """A link, or what it redirects to, is not Zadarma's; ``detail`` holds its host."""
