"""The IEEE assignments as shipped: `registry.bin` with its record `registry.json`, and the script that builds both."""
