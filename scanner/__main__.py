"""`python -m scanner` is `fieldmark`."""

from scanner.cli import main

main()
