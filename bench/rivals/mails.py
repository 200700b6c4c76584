"""The same few words for everybody who sends in `bench.sending`."""

ADDRESS, SUBJECT, BODY = "person{}@inbox.example", "Good morning", "Please call."
