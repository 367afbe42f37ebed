"""Language models behind one port; offline analysis is one of them."""
