"""One output format a file. `reports` finds them by looking into this folder: see there for the three names each must have."""
