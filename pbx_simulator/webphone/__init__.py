# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The browser phone: its integration, its pages, and what it dials."""
