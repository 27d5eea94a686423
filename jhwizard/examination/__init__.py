"""What the doctor asks besides reading: installed classes, rights, what hides what.

`examine` is the verb; its records are in `jhwizard.examined`, which Facts hold.
"""
