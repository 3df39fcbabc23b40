"""What goes along with a run: ledger, progress, search index, manifest, metrics and report."""
