"""The model: calls, roster, the rules of dispatch, two engines, and the measures."""
