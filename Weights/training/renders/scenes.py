"""Shapes and materials of the test scenes, shared rather than copied.

`Tests/Scenes` is a folder of scripts, not an installed package; its place relative to this file
is fixed by the repository, so it is put on the path here and nowhere else.
"""

import sys
from pathlib import Path

_SCENES = Path(__file__).resolve().parents[3] / "Tests" / "Scenes"
if str(_SCENES) not in sys.path:
    sys.path.append(str(_SCENES))

from scenery import head, plant, plush, shapes, shoe  # noqa: E402
from scenery import materials as paints  # noqa: E402

__all__ = ["head", "paints", "plant", "plush", "shapes", "shoe"]
