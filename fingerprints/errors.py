"""What is wrong with our own tables, said so that whoever edits them can mend it."""

from pathlib import Path


class TableError(Exception):
    """A table that cannot be used: where, what is wrong, what to do. Raised at load, never while judging a device.

    file: the file as it was asked for; line: counted from 1, None where lines mean nothing; field: the column, key or
    part that is wrong, "" for the file as a whole; problem and remedy: one clause and one sentence for people.
    """

    exit_code = 1

    def __init__(self, file: Path | str, line: int | None, field: str, problem: str, remedy: str) -> None:
        # All parts go to Exception, so the error survives pickling between worker processes.
        super().__init__(str(file), line, field, problem, remedy)
        self.file = str(file)
        self.line = line
        self.field = field
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        what = f"{self.field}: {self.problem}" if self.field else self.problem
        return f"{place}: {what}. {self.remedy}"
