"""What every verb answers, as plain frozen data that a report shows and does not compute."""
