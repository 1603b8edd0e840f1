"""How the acts on tokens are called in the journal."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "api.create_token": _("创建接口令牌"),
    "api.revoke_token": _("撤销接口令牌"),
}
