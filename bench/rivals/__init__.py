"""What runs in processes of their own beside ours; importing this says nothing."""
