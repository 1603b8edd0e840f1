from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "zongbu.desk.support"
    label = "support"
    verbose_name = "政策兑现"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from zongbu.desk.enterprises.triggers import protect

        kept = (
            "movement", "line", "claimdecision", "reimbursementdecision", "quotaentry", "milestonereport",
            "retentionrule",
        )  # fmt: skip
        for table in kept:
            protect(f"support_{table}")
