"""An enterprise registers; its district office confirms or refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from zongbu.desk.kernel import flow, journal
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.receipts import drawn, receipt
from zongbu.desk.kernel.roles import ENTERPRISE, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.flow import REGISTRATION, objection
from zongbu.desk.people.mails import send_decision
from zongbu.desk.people.models import Membership, Organisation, Person, Registration
from zongbu.desk.people.recorded import elsewhere, open_record, recorded
from zongbu.desk.people.rules import fail_if_roles_exclude
from zongbu.desk.people.uscc import clean_uscc
from zongbu.law import InputError

CODE_LENGTH: Final = 10


@dataclass(frozen=True, slots=True)
class Account:
    """The account that somebody chooses with a registration."""

    username: str
    password: str


def register(
    viewer: Viewer,
    *,
    uscc: str,
    name: str,
    district: str,
    contact_name: str,
    contact_phone: str,
    contact_email: str = "",
    account: Account | None = None,
) -> tuple[Registration, str]:
    """Submit a registration; returns it with the code that shows its state together with the receipt number.

    Args:
        account: the new account of whoever has not signed in; None for an enterprise's people who have one.

    Raises:
        PermissionDenied: an official asks, or nobody has signed in and no account is given.
        Refused: the enterprise is registered already, a registration of it is being dealt with, or the register has
            it in another district.
        ValidationError: code, username, password or another field.
    """
    code = drawn(CODE_LENGTH)
    uscc = clean_uscc(uscc)
    with transaction.atomic():
        if Organisation.objects.filter(uscc=uscc).exists():
            raise Refused(
                _(
                    "这家企业（%(uscc)s）已经注册。需要账号，请由本企业的管理员邀请您；不知道管理员是谁，请联系区县总部办。"
                )
                % {"uscc": uscc}
            )
        if Registration.objects.filter(uscc=uscc, state="submitted").exists():
            raise Refused(
                _("这家企业（%(uscc)s）已有一份注册正在办理。请用收件号查询；不是您提交的，请联系区县总部办。")
                % {"uscc": uscc}
            )
        if hindrance := elsewhere(recorded(uscc), district):
            raise Refused(hindrance)
        person, applicant = _applicant(viewer, account, contact_name, contact_email)
        made = Registration(
            receipt=receipt("ZC"),
            code_digest=digest(code),
            uscc=uscc,
            name=name.strip(),
            district=district,
            contact_name=contact_name.strip(),
            contact_phone=contact_phone.strip(),
            contact_email=contact_email.strip(),
            account=person,
            account_is_new=account is not None,
        )
        flow.begin(REGISTRATION, "submit", made, applicant)
    return made, code


def confirm(viewer: Viewer, registration: Registration, *, seen: int | None = None) -> Registration:
    """Confirm a registration: makes organisation and membership, opens the account and the enterprise's record.

    Raises:
        Refused: not of one's district, decided meanwhile, the enterprise has been registered another way, or the
            register has it in another district.
    """

    def change(case: Registration) -> None:
        if hindrance := objection(case, viewer, lock=True):
            raise Refused(hindrance)
        if case.account is None:
            raise Refused(_("注册所用的账号已不存在，请让企业重新注册。"))
        if Organisation.objects.filter(uscc=case.uscc).exists():
            raise Refused(_("代码为 %(uscc)s 的企业已经注册，不能重复确认。") % {"uscc": case.uscc})
        person = Person.objects.select_for_update().get(pk=case.account.pk)
        fail_if_roles_exclude(person, Role.ENTERPRISE_LEAD)
        organisation = Organisation(
            kind=Organisation.Kind.ENTERPRISE, name=case.name, district=case.district, uscc=case.uscc
        )
        organisation.full_clean()
        organisation.save(force_insert=True)
        case.organisation = organisation
        membership = Membership(person=person, organisation=organisation, role=Role.ENTERPRISE_LEAD, administers=True)
        membership.full_clean()
        membership.save(force_insert=True)
        if case.account_is_new and person.locked_at is None:
            person.is_active = True
            person.save(update_fields=["is_active"])
        journal.record(
            "people.join",
            viewer,
            membership,
            case=case.number,
            after={"role": membership.role, "administers": True, "organisation": organisation.pk},
        )

    with transaction.atomic():
        done = flow.perform(REGISTRATION, "confirm", Registration, registration.pk, viewer, change=change, seen=seen)
        try:
            open_record(viewer, done.uscc, done.name, done.district)
        except InputError as error:
            raise Refused(str(error)) from None
        send_decision(done)
    return done


def refuse(viewer: Viewer, registration: Registration, *, reason: str, seen: int | None = None) -> Registration:
    """Refuse a registration with reasons that the applicant reads; the account made for it goes away.

    Raises:
        Refused: not of one's district, decided meanwhile, or no reason given.
    """

    def change(case: Registration) -> None:
        case.reply = reason.strip()
        if case.account is not None and case.account_is_new:
            account, case.account = case.account, None
            Registration.objects.filter(pk=case.pk).update(account=None)
            account.delete()

    with transaction.atomic():
        done = flow.perform(
            REGISTRATION, "refuse", Registration, registration.pk, viewer, reason=reason, change=change, seen=seen
        )
        send_decision(done)
    return done


def digest(code: str) -> str:
    """What is kept of a receipt's code."""
    return salted_hmac("people.registration", code.strip().upper(), algorithm="sha256").hexdigest()


def _applicant(viewer: Viewer, account: Account | None, name: str, email: str) -> tuple[Person, Viewer]:
    """Who registers: the person who has signed in, or the account made now, which cannot sign in yet."""
    if viewer.person is not None:
        if viewer.role not in ENTERPRISE | {Role.PUBLIC}:
            raise PermissionDenied
        return Person.objects.get(pk=viewer.person), viewer
    if account is None:
        raise PermissionDenied
    person = Person(username=account.username.strip(), name=name.strip(), email=email.strip(), is_active=False)
    person.full_clean(exclude=["password"])
    validate_password(account.password, person)
    person.set_password(account.password)
    person.save(force_insert=True)
    return person, Viewer(person=person.pk, name=str(person), address=viewer.address)
