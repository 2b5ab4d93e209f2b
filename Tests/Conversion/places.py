"""Where the repository is; makes the code below `Weights` importable. Needs no package."""

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
GOLDENS = ROOT / "Tests" / "Fixtures" / "Goldens"
sys.path.insert(0, str(ROOT / "Weights"))
sys.path.append(str(ROOT / "Weights" / "training"))
