"""Fill an embedded database with a fictional year, serve it, and end everything together."""

import os
import sys
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from casereview import demo
from casereview.management.base import Command as Base
from casereview.management.base import Refused
from learning.demo import cast, serving


class Command(Base):
    help = (
        "Fill an embedded database (var/demo unless CASEREVIEW_DATA is set) with a fictional "
        "year, serve it on this machine only, and print one sign-in link for each persona. "
        "Ctrl-C ends it."
    )
    needs_database = False
    json_option = False

    def handle(self, *args, **options):
        if settings.PRODUCTION:
            raise Refused("The demo is never production: unset CASEREVIEW_PRODUCTION first")
        if not settings.DEMO:
            begin_as_demo()
        # The server looks for it, though the demo collects no files into it.
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True, mode=0o700)
        call_command("migrate", verbosity=0)
        try:
            demo.mark_demo_database()
        except demo.NotADemo as error:
            raise Refused(str(error)) from None
        port = serving.free_port(os.environ.get("PORT", ""))
        site = f"http://127.0.0.1:{port}"
        # The server gets ready while the year is brought in.
        with serving.together(port, site) as children:
            call_command("seed_demo", stdout=self.stderr)
            serving.add_worker_and_tick(port, site, children)
            self.stdout.write(self.welcome(site))
            self.stdout.flush()
            serving.serve_until_told(children)

    def welcome(self, site: str) -> str:
        """Return the address and one link a persona, in columns."""
        lines = ["", f"Fictional data. Case review is served at {site}", ""]
        lines.append("Sign in as (each link is good as long as this demo's data folder is):")
        people = cast.personas()
        width = max(len(persona.label) for persona, _ in people)
        for persona, user in people:
            lines.append(f"  {persona.label:<{width}}  {demo.persona_link(user, site)}")
        lines += ["", f"To begin anew, end it with Ctrl-C and remove {settings.DATA}", ""]
        return "\n".join(lines)


def begin_as_demo() -> None:
    """Start again with the settings of a demo; the settings of this process are made already."""
    os.environ["CASEREVIEW_DEMO"] = "true"
    os.environ.setdefault("CASEREVIEW_DATA", str(Path(settings.BASE_DIR) / "var" / "demo"))
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606 - ourselves again
