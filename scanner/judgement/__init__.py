"""Evidence to inventory: which addresses are one thing, what can be claimed about it, and how sure.

Pure: no clock, no network, nothing of the machine it runs on."""
