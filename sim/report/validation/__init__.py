"""What `validate` prints, writes and draws."""
