# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The command line, and what its commands refuse."""

import json
import socket

import pytest

from devtools import addons, bench, cli, demo, instance, places, run, simulator
from devtools.errors import Problem


@pytest.mark.parametrize("command", ["odoo", "test"])
def test_arguments_of_another_program_are_passed_on(command):
    options = cli.parse([command, "-k", "x", "--json", "--", "-h"])
    assert options.arguments == ["-k", "x", "--json", "--", "-h"]


def test_odoos_own_help_is_odoos():
    assert cli.parse(["odoo", "--help"]).arguments == ["--help"]


@pytest.mark.parametrize(
    "arguments", [["--help"], ["test", "--help"], ["test", "-h"], ["run", "--help"]]
)
def test_help_explains(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        cli.parse(arguments)
    assert caught.value.code == 0
    assert "./dev" in capsys.readouterr().out


def test_a_problem_is_shown_without_a_traceback(monkeypatch, capsys):
    monkeypatch.setattr(cli.places, "checkout_state", lambda: places.CHECKOUT)
    assert cli.main(["simulate", "incoming-missed"]) == 1
    captured = capsys.readouterr()
    assert captured.err == "error: nothing is running here: start it with ./dev run\n"


def test_a_running_instance_is_found_only_while_it_runs(tmp_path):
    assert instance.find(tmp_path) is None
    with instance.only_one(tmp_path) as publish:
        assert instance.find(tmp_path) is None
        publish(url="http://127.0.0.1:8069", simulator_url=None)
        assert instance.find(tmp_path) == {
            "url": "http://127.0.0.1:8069",
            "simulator_url": None,
        }
    assert instance.find(tmp_path) is None


def test_a_second_instance_is_refused_with_the_address_of_the_first(tmp_path):
    with instance.only_one(tmp_path) as publish:
        publish(url="http://127.0.0.1:8069")
        with (
            pytest.raises(Problem, match="running already at http://127.0.0.1:8069"),
            instance.only_one(tmp_path),
        ):
            pass
        assert instance.find(tmp_path)["url"] == "http://127.0.0.1:8069"


def test_simulate_needs_a_simulator(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(cli.places, "checkout_state", lambda: tmp_path)
    with instance.only_one(tmp_path) as publish:
        publish(url="x", simulator_url=None)
        assert cli.main(["simulate", "incoming-missed"]) == 1
    assert "it runs without a simulator" in capsys.readouterr().err


@pytest.fixture
def simulated(tmp_path, monkeypatch):
    """A running instance that is nothing but a simulator."""
    from pbx_simulator import Simulator

    monkeypatch.setattr(cli.places, "checkout_state", lambda: tmp_path)
    with Simulator(seed=1) as pbx, instance.only_one(tmp_path) as publish:
        publish(url="x", simulator_url=pbx.url)
        yield pbx


def test_simulate_prints_what_was_sent(simulated, capsys):
    arguments = ["incoming-answered", "--from", demo.ORCHARD, "--to", "101", "--json"]
    assert cli.main(["simulate", *arguments]) == 0
    played = json.loads(capsys.readouterr().out)
    assert set(played) == {"scenario", "pbx_call_id", "events"}
    assert played["scenario"] == "incoming-answered"
    assert all(set(event) == {"event", "status"} for event in played["events"])
    assert cli.main(["simulate", *arguments[:-1]]) == 0
    assert "incoming-answered: call in_" in capsys.readouterr().out


def test_simulate_shows_what_the_simulator_refuses(simulated, capsys):
    assert cli.main(["simulate", "incoming-answered", "--to", "999"]) == 1
    assert "999" in capsys.readouterr().err
    assert cli.main(["simulate", "nonsense"]) == 1
    assert "incoming-answered" in capsys.readouterr().err


def test_simulate_lets_somebody_write(simulated, capsys):
    said = ["--from", demo.ORCHARD, "--text", "Is it ready?"]
    assert cli.main(["simulate", "incoming-sms", *said]) == 0
    # nobody connected it
    assert capsys.readouterr().out.splitlines() == [
        "incoming-sms: no call",
        f"  {'SMS':20} switched off",
    ]
    [message] = simulated.messages
    assert (f"+{message.number}", message.text) == (demo.ORCHARD, "Is it ready?")
    assert cli.main(["simulate", "incoming-missed", "--text", "Hi"]) == 1
    assert "text: a call has none" in capsys.readouterr().err
    assert cli.main(["simulate", "incoming-sms", "--to", "101"]) == 1
    assert "to: an SMS has none" in capsys.readouterr().err


@pytest.mark.parametrize(("scenario", "settings"), demo.CALLS + demo.TEXTS)
def test_the_simulator_knows_what_the_demo_plays(simulated, scenario, settings):
    assert simulator.dial(simulated.url, scenario, **settings)["scenario"] == scenario


def test_a_simulator_that_is_gone_is_an_error():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(Problem, match="does not answer"):
            simulator.dial(url, "incoming-missed")


def test_a_taken_port_is_refused_with_the_way_out():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Problem, match=f"port {port} cannot be used.*--port"):
            run.require_free(port)
    run.require_free(port)


@pytest.mark.parametrize(
    "name", ["template1", "template_zadarma_x", "postgres", "", "a b", 'x"; drop', "-d"]
)
def test_only_the_demos_database_can_be_thrown_away(name):
    with pytest.raises(Problem, match="is no name for the demo's database"):
        run.require_name(name)


def test_an_unknown_benchmark_is_refused_with_the_known_ones(tmp_path, monkeypatch):
    for name in ("webhook", "_helper"):
        (tmp_path / f"{name}.py").touch()
    assert bench.names(tmp_path) == ["webhook"]
    with pytest.raises(Problem, match="there is no benchmark typo"):
        bench.run("typo", None)


@pytest.fixture
def checkout(tmp_path):
    for name, depends in (
        ("zadarma_connector", ["hr", "mail"]),
        ("a_glue", ["zadarma_connector", "project"]),
    ):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "__manifest__.py").write_text(repr({"depends": depends}))
    return tmp_path


def test_databases_get_what_the_addons_depend_on(checkout):
    assert addons.names(checkout) == ["zadarma_connector", "a_glue"]
    assert addons.dependencies(checkout) == [
        "base_automation",
        "contacts",
        "hr",
        "mail",
        "project",
    ]


def test_the_fingerprint_follows_what_a_database_holds(checkout):
    addon = checkout / "zadarma_connector"
    seen = {addons.fingerprint(checkout)}
    for folder in ("tests", "readme", "models/__pycache__"):
        (addon / folder).mkdir(parents=True)
        (addon / folder / "file").write_text("x")
    assert addons.fingerprint(checkout) in seen
    (addon / "models" / "file").write_text("x")
    assert addons.fingerprint(checkout) not in seen
