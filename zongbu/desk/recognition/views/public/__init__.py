"""The pages for everybody; they show only what has been published."""
