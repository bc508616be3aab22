# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Running other programs."""

import os
import signal
import socket
import subprocess
import time

from .errors import Problem

#: How much of a failed program's output is shown.
LINES_SHOWN = 30


def tail(text, lines=LINES_SHOWN):
    """Return the last lines of a text, indented."""
    return "\n".join("    " + line for line in text.rstrip().splitlines()[-lines:])


def call(command, *, env=None, cwd=None, failure=None, stdin=subprocess.DEVNULL):
    """Run a program to its end and return what it printed on stdout.

    :param failure: the sentence that begins the error message
    :raises Problem: when it fails or does not exist
    """
    command = [str(part) for part in command]
    failure = failure or f"{command[0]} failed"
    try:
        done = subprocess.run(
            command,
            env=env,
            cwd=cwd,
            stdin=stdin,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise Problem(f"{failure}: {error}") from error
    if done.returncode:
        raise Problem(f"{failure}:\n{tail(done.stdout + done.stderr)}")
    return done.stdout


def succeeds(command):
    """Tell whether a program exists and ends well, without showing anything."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    except OSError:
        return False
    return done.returncode == 0


def run_to_end(command, *, env=None, cwd=None):
    """Run a program on our terminal until it ends, and return its exit code."""
    with subprocess.Popen([str(part) for part in command], env=env, cwd=cwd) as child:

        def pass_on(number, _frame):
            # Ctrl-C has reached the child as well; twice would make it stop
            # without cleaning up.
            if number != signal.SIGINT or not os.isatty(0):
                child.send_signal(number)

        before = {
            number: signal.signal(number, pass_on)
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        }
        try:
            return child.wait()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def free_port():
    """Return a TCP port of the loopback interface that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(command, *, env=None, cwd=None, stdout=None, stderr=None):
    """Start a program that outlives this call, in a process group of its own.

    Of its own, so that Ctrl-C reaches only us and we stop things in order; if we
    are killed and cannot, the system ends it.
    """
    return subprocess.Popen(
        ["setpriv", "--pdeathsig=TERM", "--", *(str(part) for part in command)],
        env=env,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        start_new_session=True,
    )


def _signal_group(group, number):
    """Send a signal to a process group; False when nobody is left in it."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    return True


def stop(running, patience=20):
    """End a program started by :func:`start` and everything that it started.

    :param patience: seconds it has to end by itself before it is killed
    """
    _signal_group(running.pid, signal.SIGTERM)
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        running.poll()
        if not _signal_group(running.pid, 0):
            break
        time.sleep(0.05)
    else:
        _signal_group(running.pid, signal.SIGKILL)
    running.wait()
