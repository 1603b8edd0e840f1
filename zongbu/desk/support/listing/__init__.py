"""The list of claims that officials work through: what is asked for, the columns, the rows, files of what is shown."""
