"""`verify`: the model, run through its ordinary configs, against queueing theory."""
