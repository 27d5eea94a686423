"""The screens: how jhwizard looks and moves in a terminal.

They compose widgets, call the wizard and the core, and show what comes back. They open no file
and know no trait: a setting's question, choices and rules all come from its record.
"""
