# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The API against Zadarma's specification, with requests that nobody thinks of.

Schemathesis makes requests that fit the specification, and such that do not. Whatever
it finds in the answers has to stand in the manual's table of differences.
"""

import copy
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, assume, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks
from werkzeug.routing import Map

from pbx_simulator.account import channels_api
from pbx_simulator.routes import ROUTES
from tests.simulator.test_openapi import deviations

# A mode each, since what fits is made otherwise than what does not.
MODES = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
#: The same few requests each time; `--hypothesis-seed` does not change them.
few = settings(
    max_examples=5,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
# What fits may be refused nevertheless: most extensions, calls and domains that are
# made up do not exist.
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
]


@pytest.fixture
def operations(openapi):
    """What both the specification and the simulator have, as Schemathesis sees it."""
    # Every request is signed here, so nothing is to be made up for the header.
    unsigned = copy.deepcopy(openapi)
    unsigned["components"].pop("securitySchemes", None)
    ours = paths_of(ROUTES)
    unsigned["paths"] = {
        path: {verb: it for verb, it in verbs.items() if (verb, path) in ours}
        for path, verbs in unsigned["paths"].items()
        if any((verb, path) in ours for verb in verbs)
    }
    unsigned.pop("security", None)
    for verbs in unsigned["paths"].values():
        for operation in verbs.values():
            operation.pop("security", None)
    schema = schemathesis.openapi.from_dict(unsigned)
    found = [result.ok() for result in schema.get_all_operations()]
    assert len(found) == len(ours)
    return found


def paths_of(routes: Map):
    """Return verb and path of each method, as the specification writes them."""
    return {
        (verb.lower(), rule.rule.rstrip("/").replace("<number>", "{pbxsip}"))
        for rule in routes.iter_rules()
        for verb in rule.methods - {"HEAD"}
    }


@pytest.fixture
def send(simulator, zadarma):
    """Sign a request and send it."""
    account = simulator.account()

    def send(case):
        wanted = case.as_transport_kwargs(base_url=simulator.url)
        known = ("method", "url", "params", "data", "headers", "cookies", "files")
        request = requests.Request(
            **{name: wanted[name] for name in known if name in wanted}
        ).prepare()
        url, body = urlsplit(request.url), request.body or ""
        form = body.decode() if isinstance(body, bytes) else body
        pairs = parse_qsl(url.query, keep_blank_values=True)
        pairs += parse_qsl(form, keep_blank_values=True)
        # How PHP sorts names with brackets is tried elsewhere.
        assume(not any("[" in name for name, _value in pairs))
        # Of a name that comes twice, PHP keeps the last.
        signed = zadarma.form(sorted(dict(pairs).items()))
        signature = zadarma.sign_request(account.secret, unquote(url.path), signed)
        request.headers["Authorization"] = f"{account.key}:{signature}"
        with requests.Session() as session:
            answer = session.send(request, timeout=20)
        assert answer.status_code != 401
        return answer

    return send


@pytest.fixture(autouse=True)
def nobody_is_asked(simulator, monkeypatch):
    """Keep made-up addresses from being visited."""

    def refuse(*_arguments, **_more):
        raise requests.ConnectionError("There is no such host.")

    monkeypatch.setattr(channels_api.http_client, "request", refuse)
    simulator.rate_limit = False
    simulator.account().callinfo.url = ""


def differences(operation, mode, send):
    """Return what is found, as method with path, and status: {of them: words}."""
    found = {}

    @few
    @given(operation.as_strategy(generation_mode=mode))
    def run(case):
        answer = send(case)
        try:
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as group:
            words = [str(failure) for failure in group.exceptions]
            found[operation.label, answer.status_code] = words

    # Of what has no parameters, nothing wrong can be asked.
    if mode is GenerationMode.POSITIVE or operation.query or operation.body:
        run()
    return found


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.name.lower())
def test_nothing_is_found_that_is_not_in_the_manual(operations, send, mode):
    found = {}
    for operation in operations:
        found |= differences(operation, mode, send)
    listed = deviations()
    assert {it: words for it, words in found.items() if it not in listed} == {}


def test_something_is_found(operations, send, simulator):
    """What is broken on purpose: the fuzzer is not blind."""
    simulator.account().currency = "dollar"
    [numbers] = [it for it in operations if it.label == "GET /v1/direct_numbers"]
    [(found, _words)] = differences(numbers, GenerationMode.POSITIVE, send).items()
    assert found == ("GET /v1/direct_numbers", 200)
