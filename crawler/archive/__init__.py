"""What is kept, and every change of it: posts, catalog, ledger and images, behind one archive's verbs."""
