"""The pages of one enterprise, one module per tab."""
