"""The least-cost plan that meets targets, or the best plan for what there is."""
