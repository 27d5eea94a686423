"""The reader of Python config files: it goes through the syntax tree as Python would.

What an expression is worth is kept as an abstract value (`values`); what cannot be known becomes
`Unknown` with a reason and a line, and spreads to whatever it could touch. Nothing is run,
imported or opened, and every walk has a budget.
"""
