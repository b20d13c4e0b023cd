"""Bytes to frames: the sources, and the fast lane that counts every frame and picks the few an observer wants."""
