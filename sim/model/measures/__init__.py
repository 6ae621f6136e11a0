"""One number a replication, and tables of cells: read from the ledger and never written back."""
