from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "zongbu.desk.people"
    label = "people"
    verbose_name = "人员与组织"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from zongbu.desk.people import watch  # noqa: F401 - importing connects it to the signals
