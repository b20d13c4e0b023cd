"""Whether the compiled core of the fast lane runs, or its Python twin: asked here and nowhere else.

No result depends on the answer, only the time it takes.
"""

import os

try:
    import scanner.capture.core  # noqa: F401 - tried, not used: those who need it import it where they do
except ImportError:  # no compiler was at hand when this was installed
    BUILT = False
else:
    BUILT = True

SWITCH = "FIELDMARK_CORE"
"""Environment variable: "off" makes the Python twin run though the core is there."""


def used() -> bool:
    """True if the compiled core is there and not switched off."""
    return BUILT and os.environ.get(SWITCH) != "off"


def name() -> str:
    """Which of the two runs, for people."""
    return "compiled core" if used() else "plain Python"
