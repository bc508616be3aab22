# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Why a request to Zadarma failed.

The classes tell apart what somebody can do about it; the sentences that tell the
user so are written where they can be translated, in the models.
"""


class ZadarmaError(Exception):
    """A request to Zadarma that brought no usable answer.

    :param detail: what Zadarma or the network said, in their words; never a secret
    """

    def __init__(self, detail=""):
        super().__init__(detail)
        self.detail = detail


class Unreachable(ZadarmaError):
    """No connection: wrong address, no network, refused, broken TLS."""


class TimedOut(ZadarmaError):
    """Connected, but no answer in time."""


class NotAuthorized(ZadarmaError):
    """Zadarma does not accept key, secret or the address that we call from."""


class RateLimited(ZadarmaError):
    """Too many requests; says so with HTTP 429, or with HTTP 200 and an error text.

    :param retry_after: seconds to wait as Zadarma told, ``None`` when it did not
    """

    def __init__(self, detail="", retry_after=None):
        super().__init__(detail)
        self.retry_after = retry_after


class Refused(ZadarmaError):
    """Zadarma understood the request and declined it; ``detail`` holds its reason."""


class NotFound(Refused):
    """Zadarma has no such recording: not yet, not any more, or it never had it."""


class BadAnswer(ZadarmaError):
    """What came back is not an answer of Zadarma's API (HTML, empty, wrong shape)."""


class NotAudio(ZadarmaError):
    """What a link led to is no sound; ``detail`` holds how it begins."""


class TooLarge(ZadarmaError):
    """A recording above what is taken; ``detail`` holds the limit."""


class ForeignAddress(ZadarmaError):
    """A link, or what it redirects to, is not Zadarma's; ``detail`` holds its host."""
