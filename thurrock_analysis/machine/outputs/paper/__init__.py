"""A committee paper of a report, of which every sentence with a number is checked."""
