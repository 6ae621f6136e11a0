"""Files that a config names: zones, and drives between them; read when it is composed."""
