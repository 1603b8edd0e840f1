from django.apps import AppConfig


class RecognitionConfig(AppConfig):
    name = "zongbu.desk.recognition"
    label = "recognition"
    verbose_name = "总部企业认定"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from zongbu.desk.enterprises.triggers import protect

        protect("recognition_decision")
