"""Data sets over HTTP: what there is, their rows from any offset, their manifests and files."""
