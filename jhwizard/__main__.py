"""`python -m jhwizard` is `jhwizard`."""

import sys

from jhwizard.cli import main

sys.exit(main())
