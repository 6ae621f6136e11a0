"""A pydantic model for each config group, and the parts they are made of."""
