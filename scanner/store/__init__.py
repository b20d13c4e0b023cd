"""The SQLite file: the record of one scan, from which every report can be drawn again without the capture.

`write` replaces a database whole, `read` gives back exactly the inventory that was written, `check` says early whether
`write` would be refused. The tables are described in `scanner.store.schema`, the views promised to the outside in
`scanner.store.views`.
"""

from scanner.store.files import check
from scanner.store.reading import read, read_evidence
from scanner.store.writing import write

__all__ = ["check", "read", "read_evidence", "write"]
