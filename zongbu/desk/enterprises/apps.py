from django.apps import AppConfig
from django.db.models.signals import post_migrate


class EnterprisesConfig(AppConfig):
    name = "zongbu.desk.enterprises"
    label = "enterprises"
    verbose_name = "企业"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from zongbu.desk.enterprises.actions.facts import open_registered
        from zongbu.desk.enterprises.listing.index import after_migrate
        from zongbu.desk.enterprises.queries import recorded_of
        from zongbu.desk.enterprises.triggers import look_after
        from zongbu.desk.people.recorded import ask, open_with

        post_migrate.connect(look_after, sender=self, dispatch_uid="enterprises.triggers")
        post_migrate.connect(after_migrate, sender=self, dispatch_uid="enterprises.search_index")
        ask(recorded_of)
        open_with(open_registered)
