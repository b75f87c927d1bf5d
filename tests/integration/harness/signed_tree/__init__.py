"""A small DNS of its own, signed anew in each run: its root, top-level domains, and a zone for each right or broken
way to sign one. Made with dnssec-keygen, dnssec-signzone and ldns-signzone; nothing depends on the clock being right
or wrong, for all dates are relative to now."""
