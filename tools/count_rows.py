"""Write into data/files.csv how many rows each table kept by hand has: `make count`."""

from thurrock_analysis.record import inventory

if __name__ == "__main__":
    inventory.recount()
