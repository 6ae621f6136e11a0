"""What `verify` prints and writes."""
