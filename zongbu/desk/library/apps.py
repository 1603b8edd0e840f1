from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "zongbu.desk.library"
    label = "library"
    verbose_name = "政策库"
    default_auto_field = "django.db.models.BigAutoField"
