"""The enterprise's side of the support desk."""
