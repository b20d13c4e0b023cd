"""What we know: whose addresses, names and habits are whose, and who controls them. No code here has seen a packet.

`catalogue.load()` gives everything. The files behind it are made to be edited: `vendors/<id>.toml` (a company, its registered
names, its signs), `generic.toml` (signs of no company), `exceptions.csv` (registered countries that mislead), `lists/<id>/`
(official lists), `weights.toml`; beside the verdict `categories.toml` (rules about classes of devices), `exposures.toml`
(published campaigns) and `risk.csv`. After an edit run `python -m fingerprints.catalogue --build` and the tests.
"""
