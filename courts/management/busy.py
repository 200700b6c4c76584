"""What the commands say when the database had no time for them."""

BUSY = "The database was busy. Send the file again: nothing is added twice."
