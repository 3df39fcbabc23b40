"""What goes along with a run: ledger, progress, search index, manifest, feeds, metrics and report."""
