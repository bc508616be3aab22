# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Running tests against a changed module, many times a minute.

A process that has imported pytest and what tests use is forked for each mutant, so that
only the package under test is imported anew, with one module of another text.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import os
import resource
import signal
import sys

import pytest
from hypothesis import Phase, settings

#: Bytes of address space, for a mutant that does not end.
_MEMORY = 4 * 2**30

# The first failure is enough, the same in each run, and nothing is written down.
settings.register_profile(
    "mutation",
    database=None,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
)


# Three quarters of the time of a short test file: other plugins, and collecting garbage
# five times at the end.
os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
_WITHOUT = ("-p", "no:cacheprovider", "-p", "no:unraisableexception")


class Changed(importlib.abc.MetaPathFinder):
    """Finds one module, with another text.

    :param name: of the module, with its packages
    :param path: of its file
    """

    def __init__(self, name, path, source):
        self._name = name
        self._path = str(path)
        self._source = source

    def find_spec(self, fullname, path=None, target=None):
        """Find the changed module and no other."""
        if fullname != self._name:
            return None
        loader = _Loader(fullname, self._path)
        loader.source = self._source
        return importlib.util.spec_from_file_location(
            fullname, self._path, loader=loader
        )


class _Loader(importlib.machinery.SourceFileLoader):
    source = ""

    def get_code(self, fullname):
        return compile(self.source, self.path, "exec", dont_inherit=True)


def start(finder, tests, seconds):
    """Start some tests in a process of their own.

    :param finder: :class:`Changed`, or None for the code as it is
    :param tests: paths of tests
    :param seconds: after which they end
    :return: the process' id; it ends with 0 if all tests passed
    """
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        signal.alarm(seconds)
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        if finder:
            sys.meta_path.insert(0, finder)
        settings.load_profile("mutation")
        code = pytest.main(["-x", *_WITHOUT, *map(str, tests)])
    finally:
        os._exit(code)
