from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "zongbu.desk.kernel"
    label = "kernel"
    verbose_name = "内核"
    default_auto_field = "django.db.models.BigAutoField"
