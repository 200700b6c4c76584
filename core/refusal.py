class Refusal(Exception):
    """An action said no, and wrote nothing. Its text is a sentence for whoever asked: what is wrong, what to do."""
