from django.apps import AppConfig
from django.db.models.signals import post_migrate


class KernelConfig(AppConfig):
    name = "zongbu.desk.kernel"
    label = "kernel"
    verbose_name = "内核"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from zongbu.desk.kernel import checks  # noqa: F401 - registers them
        from zongbu.desk.kernel.clock import seed
        from zongbu.desk.kernel.journal import triggers

        post_migrate.connect(triggers.look_after, sender=self, dispatch_uid="zongbu.kernel.triggers")
        post_migrate.connect(seed.look_after, sender=self, dispatch_uid="zongbu.kernel.calendar")
