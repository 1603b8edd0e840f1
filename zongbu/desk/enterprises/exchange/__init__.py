"""Tables in and out: what a list shows as CSV and XLSX, and extracts of registers checked, previewed and taken over."""
