import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from audit.origin import coming_from
from demo.story import tell_story


class Command(BaseCommand):
    help = "Play the whole main job in a throw-away database and check what came out."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The story plays with invented people: start it with DEMO=1.")
        folder = Path(settings.VAR) / "story"
        shutil.rmtree(folder, ignore_errors=True)
        settings.EMAIL_FILE_PATH = str(folder / "mail")
        kept = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            with coming_from("manage.py story"):
                checks = tell_story(tell=self.stdout.write, folder=folder)
        finally:
            connection.creation.destroy_test_db(kept, verbosity=0)
        self.stdout.write("")
        for check in checks:
            verdict = "ok" if check.holds else f"WRONG, expected {check.expected}"
            self.stdout.write(f"{check.what:<45} {check.found:>6}  {verdict}")
        if not all(check.holds for check in checks):
            raise CommandError("The story did not come out as it should.")
