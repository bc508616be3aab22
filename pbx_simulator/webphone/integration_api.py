# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The methods under `/v1/webrtc`: the browser phone's keys, domains and looks.

Source: the official specification.
"""

from dataclasses import dataclass, field

from ..protocol import checks, replies
from ..protocol.errors import SimulatorError

SHAPES = ("square", "rounded")
POSITIONS = ("top_left", "top_right", "bottom_right", "bottom_left")


@dataclass
class Webrtc:
    """The integration of the browser phone into pages.

    :param domains: of these pages; one covers its subdomains too
    :param shape: one of `SHAPES`
    :param position: one of `POSITIONS`
    """

    exists: bool = False
    domains: list = field(default_factory=list)
    shape: str = "rounded"
    position: str = "bottom_right"

    def __post_init__(self):
        checks.typed("webrtc: exists", self.exists, bool)
        for domain in checks.typed("webrtc: domains", self.domains, list):
            checks.domain("webrtc: domains", domain)
        checks.one_of("webrtc: shape", self.shape, SHAPES)
        checks.one_of("webrtc: position", self.position, POSITIONS)


def get_key(question):
    account = question.account
    sip = question.params.get("sip", "")
    number = sip.removeprefix(f"{account.pbx_id}-")
    if not account.extension(number):
        return replies.wrong_parameters()
    key = question.simulator.webphones.new_key(account, number)
    return replies.success(key=key)


def get_integration(question):
    webrtc = question.account.webrtc
    return replies.success(
        is_exists=webrtc.exists,
        domains=webrtc.domains,
        settings={"shape": webrtc.shape, "position": webrtc.position},
    )


def create_integration(question):
    webrtc = question.account.webrtc
    domain = _domain(question)
    if not domain:
        return replies.wrong_parameters()
    if webrtc.exists:
        return replies.error(400, "Integration already exists")
    webrtc.exists, webrtc.domains = True, [domain]
    return replies.success()


def change_integration(question):
    params, webrtc = question.params, question.account.webrtc
    shape = params.get("shape", webrtc.shape)
    position = params.get("position", webrtc.position)
    if not webrtc.exists or shape not in SHAPES or position not in POSITIONS:
        return replies.wrong_parameters()
    webrtc.shape, webrtc.position = shape, position
    return replies.success()


def delete_integration(question):
    webrtc = question.account.webrtc
    if not webrtc.exists:
        return replies.wrong_parameters()
    webrtc.exists, webrtc.domains = False, []
    return replies.success()


def add_domain(question):
    domain, webrtc = _domain(question), question.account.webrtc
    if not domain or not webrtc.exists or domain in webrtc.domains:
        return replies.wrong_parameters()
    webrtc.domains = [*webrtc.domains, domain]
    return replies.success()


def remove_domain(question):
    domain, webrtc = _domain(question), question.account.webrtc
    if domain not in webrtc.domains:
        return replies.wrong_parameters()
    webrtc.domains = [one for one in webrtc.domains if one != domain]
    return replies.success()


def _domain(question):
    try:
        return checks.domain("domain", question.params.get("domain", ""))
    except SimulatorError:
        return None
