"""A package of somebody else's, as it lies beside ours when it is installed."""

import sys
from pathlib import Path

import pytest

from connectors import registry


def put(site: Path, name: str, module: str, entry_points: str) -> None:
    """Into that folder, as pip would; whoever has the folder on its path has the package."""
    info = site / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (site / f"{name}.py").write_text(module, encoding="utf-8")
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(entry_points, encoding="utf-8")


def found_here(site: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have this process find what lies there, too."""
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.setattr(registry, "_entry_points", registry._entry_points.__wrapped__)
    monkeypatch.delitem(sys.modules, name, raising=False)
