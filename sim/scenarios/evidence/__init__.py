"""What a config rests on, and what is published about each program."""
