"""What is taken away from a report, made of what its notebooks handed on: workbook and paper."""
