# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The integration of the browser phone into pages, and what can befall it."""

from dataclasses import dataclass, field

from ..protocol import checks

SHAPES = ("square", "rounded")
POSITIONS = ("top_left", "top_right", "bottom_right", "bottom_left")
# Of all the ways to be refused, projects saw the first one.
DISABLED, MICROPHONE = "integrationDisabled", "microphone"
FAULTS = ("", DISABLED, MICROPHONE)


@dataclass
class Webrtc:
    """The integration of the browser phone into pages.

    :param domains: of these pages; one covers its subdomains too
    :param shape: one of `SHAPES`
    :param position: one of `POSITIONS`
    :raises SimulatorError: a value is not possible
    """

    exists: bool = False
    domains: list[str] = field(default_factory=list)
    shape: str = "rounded"
    position: str = "bottom_right"

    def __post_init__(self) -> None:
        checks.typed("webrtc: exists", self.exists, bool)
        checks.typed("webrtc: domains", self.domains, list)
        self.domains = [checks.domain("webrtc: domains", one) for one in self.domains]
        checks.one_of("webrtc: shape", self.shape, SHAPES)
        checks.one_of("webrtc: position", self.position, POSITIONS)
