"""Cases that the catalogue may change, as they stand here for good: numbers of different times are compared on them."""

from __future__ import annotations

from pathlib import Path

FIRST_EDITION = Path(__file__).with_name("iran-2025.yaml")
"""The founding case in its first edition, under its own name: `dt.load(FIRST_EDITION)`."""
