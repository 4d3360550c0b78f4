#!/usr/bin/env python
"""Run one of the project's commands."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.umask(0o077)  # databases, keys and files are their owner's alone
    from django.core.management import execute_from_command_line

    from config.computing import without_data
    from config.env import SettingMissing

    without_data(sys.argv, os.environ)
    try:
        execute_from_command_line(sys.argv)
    except SettingMissing as missing:
        sys.exit(str(missing))
    except Exception:
        from django.conf import settings

        # A traceback tells what was in the records, and a service's log would keep it.
        if not settings.configured or settings.DEMO:
            raise
        from casereview.errors import report_current

        sys.exit(report_current())
