"""A connector for Mastodon. `app.py` exports it."""
