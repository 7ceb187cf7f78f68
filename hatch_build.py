"""A wheel with its kernels: `python -m build` compiles them for the processors that most machines have.

An editable installation goes without, as does a build with DETENTE_WITHOUT_KERNELS=1 or on another processor than
x86-64: kernels are then compiled when they are first used.
"""

import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Kernels(BuildHookInterface):
    """Adds a set of compiled kernels to a wheel, and says in its name for which Python and system it is."""

    def initialize(self, version, build_data):
        """Compile the set in a process of its own, with the sources that are being built."""
        unwanted = os.environ.get("DETENTE_WITHOUT_KERNELS") == "1"
        if version == "editable" or unwanted or platform.machine().lower() not in ("x86_64", "amd64"):
            return
        sources = Path(self.root, "src")
        self.made = tempfile.TemporaryDirectory()
        path = os.pathsep.join(filter(None, [str(sources), os.environ.get("PYTHONPATH", "")]))
        command = [sys.executable, "-m", "detente.study.ahead", self.made.name]
        subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, check=True)
        for folder in Path(self.made.name).iterdir():
            build_data["force_include"][str(folder)] = f"detente/kernels/built/{folder.name}"
        build_data["pure_python"] = False
        build_data["infer_tag"] = True

    def finalize(self, version, build_data, artifact_path):
        """Remove what was only made for this wheel."""
        if hasattr(self, "made"):
            self.made.cleanup()
