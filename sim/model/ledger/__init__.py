"""What happened in a run, completed once for both engines."""
