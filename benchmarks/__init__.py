# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What `./dev bench` runs: each module whose name begins with a letter."""
