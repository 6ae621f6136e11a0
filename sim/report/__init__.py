"""What is handed over: text, JSON, figures and the results folder. Nothing is computed here."""
