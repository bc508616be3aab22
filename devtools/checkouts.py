# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The states of all checkouts in the cache."""

import shutil
from pathlib import Path

from . import places, postgres


def forget_gone(python):
    """Remove the databases and files of checkouts that exist no more.

    :param python: the environment that holds PostgreSQL's programs
    """
    # on a fresh machine there is no such folder yet
    for state in (places.cache_root() / "checkouts").glob("*"):
        path = state / places.CHECKOUT_PATH
        if not path.exists() or Path(path.read_text()).exists():
            continue
        clusters = [
            postgres.cluster(folder, python)
            for folder in (state, places.durable_state(state))
        ]
        for cluster in clusters:
            cluster.release_kept()
        if not any(cluster.is_running() for cluster in clusters):
            shutil.rmtree(state)
