"""Write the vectors anew: ``PYTHONPATH=tests python -P -m vectors``."""

from __future__ import annotations

from pathlib import Path

from vectors.files import written

FOLDER = Path(__file__).parents[2] / "spec" / "vectors"

for path in [*FOLDER.glob("good/*"), *FOLDER.glob("bad/*")]:
    path.unlink()
for name, content in written().items():
    path = FOLDER / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
