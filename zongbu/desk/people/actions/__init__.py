"""Everything that changes organisations, people and their memberships: one function per act, the only writers."""

from zongbu.desk.people.actions.invitations import (
    accept,
    accept_as_new,
    invite,
    link_of,
    may_administer,
    renew_invitation,
    withdraw_invitation,
)
from zongbu.desk.people.actions.memberships import (
    act_as,
    change_membership,
    confirm_membership,
    decline_membership,
    end_membership,
)
from zongbu.desk.people.actions.organisations import change_organisation, create_organisation
from zongbu.desk.people.actions.registrations import confirm, refuse, register
from zongbu.desk.people.actions.security import (
    end_own_session,
    end_sessions,
    lift_lockout,
    lock,
    require_new_password,
    reset_factors,
    unlock,
)

__all__ = [
    "accept",
    "accept_as_new",
    "act_as",
    "change_membership",
    "change_organisation",
    "confirm",
    "confirm_membership",
    "create_organisation",
    "decline_membership",
    "end_membership",
    "end_own_session",
    "end_sessions",
    "invite",
    "lift_lockout",
    "link_of",
    "lock",
    "may_administer",
    "refuse",
    "register",
    "renew_invitation",
    "require_new_password",
    "reset_factors",
    "unlock",
    "withdraw_invitation",
]
