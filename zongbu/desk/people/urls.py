"""The addresses of organisations, members, registrations and accounts."""

from django.urls import path

from zongbu.desk.people.views import accounts, invitations, members, organisations, profile, registrations

app_name = "people"
urlpatterns = [
    path("members/", members.members, name="members"),
    path("members/invite/", members.invite, name="invite"),
    path("members/confirmations/", members.confirmations, name="confirmations"),
    path("members/<int:pk>/", members.membership, name="membership"),
    path("members/<int:pk>/end/", members.end_membership, name="end_membership"),
    path("members/<int:pk>/confirm/", members.confirm_membership, name="confirm_membership"),
    path("invitations/<int:pk>/renew/", members.renew_invitation, name="renew_invitation"),
    path("invitations/<int:pk>/withdraw/", members.withdraw_invitation, name="withdraw_invitation"),
    path("invitation/<str:token>/", invitations.accept, name="accept"),
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/new/", organisations.new_organisation, name="new_organisation"),
    path("organisations/<int:pk>/", organisations.organisation, name="organisation"),
    path("organisations/<int:pk>/change/", organisations.change_organisation, name="change_organisation"),
    path("organisations/<int:pk>/invite/", organisations.invite_administrator, name="invite_administrator"),
    path("register/", registrations.register, name="register"),
    path("register/done/", registrations.registered, name="registered"),
    path("register/state/", registrations.receipt, name="receipt"),
    path("registrations/", registrations.registrations, name="registrations"),
    path("registrations/<int:pk>/", registrations.registration, name="registration"),
    path("registrations/<int:pk>/decide/", registrations.decide, name="decide_registration"),
    path("security/", accounts.security, name="security"),
    path("security/sign-ins/", accounts.sign_ins, name="sign_ins"),
    path("security/accounts/<int:pk>/", accounts.account, name="account"),
    path("security/accounts/<int:pk>/<str:act>/", accounts.account_act, name="account_act"),
    path("security/lift/", accounts.lift_lockout, name="lift_lockout"),
    path("profile/", profile.profile, name="profile"),
    path("profile/act-as/", profile.act_as, name="act_as"),
    path("continue/", profile.go_on, name="continue"),
    path("continue/discard/", profile.discard, name="discard"),
    path("profile/sessions/<int:pk>/end/", profile.end_session, name="end_session"),
]
