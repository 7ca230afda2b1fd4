"""Order lines of a shop, replayed: invoices as shipments, credit notes as returns, against receipts made up for them.

The file says what was sold and what came back, and nothing of where it came from. So receipts are made up, for each
week as much of each item as was sold in it: stock is never short, and nothing is unexplained.
"""
