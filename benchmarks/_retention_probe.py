# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# ruff: noqa: F821 (env is the shell's)
"""What ``retention.py`` runs inside Odoo, where ``env`` is given."""

import json
import os
import resource
import time
from pathlib import Path

before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
began = time.monotonic()
env["zadarma.call"]._cron_empty()
seconds = time.monotonic() - began
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
Path(os.environ["PROBE_RESULT"]).write_text(
    json.dumps(
        {
            "seconds": round(seconds, 1),
            "MB before": before // 1024,
            "MB at most": after // 1024,
        }
    )
)
