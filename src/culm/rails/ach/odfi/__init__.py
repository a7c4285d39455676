"""The tenant's terms with its bank, the ODFI: under which names and numbers it sends files, and up
to when in a day the bank takes them."""
