"""The web page: a planner answers "17 or 12?" by mouse. It stores nothing beyond a session."""
