from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "zongbu.desk.config"
    label = "config"
    verbose_name = "服务"
