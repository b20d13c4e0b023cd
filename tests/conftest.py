"""How properties are tried: with chance on a developer's machine, where a new counterexample is welcome; always the same
examples in CI, where a run must say something about the change and not about luck. No deadlines: machines differ.
"""

import os

from hypothesis import settings

settings.register_profile("gate", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("gate")
