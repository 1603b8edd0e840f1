from django.apps import AppConfig


class SelfCheckConfig(AppConfig):
    name = "zongbu.desk.selfcheck"
    label = "selfcheck"
    verbose_name = "政策体检"
    default_auto_field = "django.db.models.BigAutoField"
