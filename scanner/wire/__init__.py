"""Message formats that several observers share, and the one place where captured bytes become text."""
