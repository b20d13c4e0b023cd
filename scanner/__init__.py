"""What Fieldmark saw on the wire, and what follows from it."""

__version__ = "0.1.0"
