"""A shop's data in files and back: CSV, XLSX, YAML and mappings; checked before anything is written."""
