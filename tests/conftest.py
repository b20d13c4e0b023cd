"""How properties are tried: with chance on a developer's machine, where a new counterexample is welcome; always the same
examples in CI, where a run must say something about the change and not about luck. No deadlines: machines differ.
"""

import os

import pytest
from hypothesis import settings

settings.register_profile("gate", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("gate")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures tests recorded (`record_property("figure", …)`): workers' own output is not shown."""
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for name, value in report.user_properties:
            if name == "figure":
                terminalreporter.write_line(str(value))
