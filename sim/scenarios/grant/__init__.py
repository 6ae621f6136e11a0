"""A plan under a grant of 36 months: whom it pays for, whom they serve, and who pays what."""
