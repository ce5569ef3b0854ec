"""EazyRent: what callers do with their own account."""

from __future__ import annotations

from typing import Any

import pytest
from eazyrent.iam.v1.exceptions import ApiException
from eazyrent.iam.v1.models.app_notification_config import AppNotificationConfig
from eazyrent.iam.v1.models.email_notification_config import EmailNotificationConfig
from eazyrent.iam.v1.models.notification_config import NotificationConfig
from eazyrent.iam.v1.models.service_account import ServiceAccount
from eazyrent.iam.v1.models.user import User
from eazyrent.iam.v1.models.user_config import UserConfig
from eazyrent.iam.v1.models.user_config_property_rent_subscriptions_inner import (
    UserConfigPropertyRentSubscriptionsInner as Rental,
)

from eazyrent_checks import grants, ids, is_recent, places, refused
from eazyrent_http import Office, Tenant, address, ask_login, person, telephone
from eazyrent_sdk import Identity, Sdk
from edge_iam import Server

DEFAULT_CONFIG = {
    "email_signature": "",
    "dark_mode": False,
    "property_rent_subscriptions": [],
    "send_notification_by_mail": False,
    "raw_html_email": False,
    "interface_config": None,
}
DEFAULT_APP = {
    "rental_file_submitted": True,
    "rental_file_created": True,
    "rental_file_deletion": True,
    "rental_file_analyzed": True,
    "rental_file_collected": True,
    "insurance_agreement": False,
}
DEFAULT_EMAIL = {flag: False for flag in DEFAULT_APP} | {"notifications_overview": True}
CONFIG = "/iam/v1/users/me/config/"
NOTIFICATIONS = "/iam/v1/users/me/notification-preferences/"


def me(who: Identity) -> User:
    """The caller, who is a person."""
    user = who.call("users.get_my_user").actual_instance
    assert isinstance(user, User)
    return user


# --- the profile ----------------------------------------------------------------------------------


def test_get_my_user_is_the_machine_itself_and_names_its_organization(
    reader: Sdk, reader_key: dict[str, str], home: str
) -> None:
    machine = reader.call("users.get_my_user").actual_instance
    assert isinstance(machine, ServiceAccount)
    assert (machine.user_type, machine.id) == ("Machine", reader_key["userId"])
    assert machine.name
    assert is_recent(machine.updated_at)
    assert machine.organization is not None
    assert (machine.organization.id, machine.organization.name) == (home, "Default")
    assert machine.organization.account_type == "DEFAULT"


def test_get_my_user_is_the_person_as_colleagues_see_it(tenant: Tenant) -> None:
    user = me(tenant.admin)
    assert (user.user_type, user.state) == ("Human", "USER_STATE_ACTIVE")
    assert (user.first_name, user.last_name) == ("Ada", "Admin")
    assert (user.email, user.phone, user.avatar) == (tenant.admin.email, None, None)
    assert is_recent(user.updated_at)
    assert user.organization is not None
    assert (user.organization.id, user.organization.name) == (tenant.id, tenant.name)
    assert user.config is not None and user.config.to_dict() == DEFAULT_CONFIG
    assert user == tenant.admin.call("team.get_organization_member", user.id)


def test_only_what_is_sent_changes_in_the_own_profile(tenant: Tenant) -> None:
    before = me(tenant.admin)
    changes = {"last_name": "Müller", "phone": telephone()}
    after = tenant.admin.call("users.partial_update_my_user", changes)
    assert isinstance(after, User)
    assert (after.first_name, after.last_name) == ("Ada", "Müller")
    assert (after.email, after.phone) == (tenant.admin.email, changes["phone"])
    assert after.updated_at > before.updated_at
    assert me(tenant.admin) == after
    # The client sends `user_type` even then.
    assert tenant.admin.call("users.partial_update_my_user", {}) == after
    cleared = tenant.admin.call("users.partial_update_my_user", {"phone": None})
    assert (cleared.phone, cleared.last_name) == (None, "Müller")


def test_a_new_address_is_the_new_login(server: Server, tenant: Tenant) -> None:
    new = address("renamed")
    after = tenant.admin.call("users.partial_update_my_user", {"email": new})
    assert after.email == new
    assert ask_login(server, new).status == 200
    assert ask_login(server, tenant.admin.email).status == 400


def test_an_address_that_is_taken_missing_or_none_is_refused(tenant: Tenant) -> None:
    taken = tenant.admin.call("team.add_organization_members", person("Bob")).email
    update = "users.partial_update_my_user"
    refused(409, tenant.admin, update, {"email": taken.upper()})
    for wrong in (None, "", "ada@nowhere"):
        error = refused(422, tenant.admin, update, {"email": wrong})
        assert places(error) == [["body", "email"]]
    assert me(tenant.admin).email == tenant.admin.email


def test_copying_oneself_from_the_login_service_changes_nothing_where_there_is_none(
    tenant: Tenant, reader: Sdk
) -> None:
    before = me(tenant.admin)
    operation = "users.sync_my_user_from_auth_service_with_http_info"
    for who in (tenant.admin, tenant.admin, reader):
        assert who.call(operation).status_code == 202
    assert me(tenant.admin) == before


# --- settings -------------------------------------------------------------------------------------


def test_settings_have_their_defaults_until_they_are_saved(tenant: Tenant) -> None:
    config = tenant.admin.call("users.get_my_config")
    assert isinstance(config, UserConfig)
    assert config.to_dict() == DEFAULT_CONFIG


def test_settings_are_replaced_as_a_whole_and_shown_in_the_profile(tenant: Tenant) -> None:
    sent = UserConfig(
        email_signature="Ada\n— Agence Zoë 🏠",
        dark_mode=True,
        property_rent_subscriptions=[Rental("12"), Rental("r-7")],
        send_notification_by_mail=True,
        raw_html_email=True,
        interface_config={"columns": [1, 2.5, None], "open": {"left": True}},
    )
    stored = tenant.admin.call("users.update_my_config", sent)
    assert isinstance(stored, UserConfig)
    assert stored.to_dict() == sent.to_dict()
    assert tenant.admin.call("users.get_my_config") == stored
    assert me(tenant.admin).config == stored
    # What is not sent takes its default.
    after = tenant.admin.call("users.update_my_config", {"dark_mode": True})
    assert after.to_dict() == DEFAULT_CONFIG | {"dark_mode": True}
    assert tenant.admin.call("users.get_my_config") == after


@pytest.mark.parametrize("opaque", ["text", 7, False, [], {"a": {"b": None}}])
def test_the_interface_config_is_any_json(tenant: Tenant, opaque: Any) -> None:
    sent = {"interface_config": opaque}
    assert tenant.admin.call("users.update_my_config", sent).interface_config == opaque
    assert tenant.admin.call("users.get_my_config").interface_config == opaque


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"dark_mode": "yes"}, ["body", "dark_mode"]),
        ({"email_signature": 1}, ["body", "email_signature"]),
        ({"property_rent_subscriptions": ["1", 2]}, ["body", "property_rent_subscriptions", 1]),
    ],
    ids=str,
)
def test_settings_of_a_wrong_type_are_refused_though_the_client_never_sends_them(
    server: Server, tenant: Tenant, body: dict[str, Any], place: list[str | int]
) -> None:
    answer = server.request("PUT", CONFIG, token=tenant.admin.token, body=body)
    assert answer.status == 422
    assert [fault["loc"] for fault in answer.json()["detail"]] == [place]


# --- notifications --------------------------------------------------------------------------------


def test_notifications_have_their_defaults_in_both_sections(tenant: Tenant) -> None:
    config = tenant.admin.call("users.get_user_notification_preferences")
    assert isinstance(config, NotificationConfig)
    assert config.to_dict() == {"app": DEFAULT_APP, "email": DEFAULT_EMAIL}


def test_notifications_are_replaced_as_a_whole(tenant: Tenant) -> None:
    update = "users.update_user_notification_preferences"
    app = AppNotificationConfig(rental_file_created=False, insurance_agreement=True)
    email = EmailNotificationConfig(rental_file_submitted=True, notifications_overview=False)
    stored = tenant.admin.call(update, NotificationConfig(app=app, email=email))
    assert isinstance(stored, NotificationConfig)
    assert stored.to_dict() == {"app": app.to_dict(), "email": email.to_dict()}
    assert tenant.admin.call("users.get_user_notification_preferences") == stored
    # The client leaves an unset section out, which then takes its defaults.
    after = tenant.admin.call(update, NotificationConfig(email=email))
    assert after.to_dict() == {"app": DEFAULT_APP, "email": email.to_dict()}
    after = tenant.admin.call(update, NotificationConfig())
    assert after.to_dict() == {"app": DEFAULT_APP, "email": DEFAULT_EMAIL}


def test_a_flag_that_is_not_sent_takes_its_default_though_the_client_sends_all(
    server: Server, tenant: Tenant
) -> None:
    body = {"app": {"rental_file_created": False}}
    answer = server.request("PUT", NOTIFICATIONS, token=tenant.admin.token, body=body)
    expected = {"app": DEFAULT_APP | {"rental_file_created": False}, "email": DEFAULT_EMAIL}
    assert (answer.status, answer.json()) == (200, expected)
    wrong = {"email": {"notifications_overview": 1}}
    answer = server.request("PUT", NOTIFICATIONS, token=tenant.admin.token, body=wrong)
    assert answer.status == 422
    (fault,) = answer.json()["detail"]
    assert fault["loc"] == ["body", "email", "notifications_overview"]


# --- leaving --------------------------------------------------------------------------------------


def test_deleting_oneself_succeeds_with_410_and_is_for_good(
    server: Server, office: Office, tenant: Tenant
) -> None:
    member = office.member(tenant.admin)
    with pytest.raises(ApiException) as success:
        member.call("users.delete_my_user")
    assert type(success.value) is ApiException and success.value.status == 410
    refused(401, member, "users.get_my_user")
    refused(404, tenant.admin, "team.get_organization_member", member.id)
    assert ids(tenant.admin.call("team.list_organization_members")) == [tenant.admin.id]
    assert ask_login(server, member.email).status == 400
    assert tenant.admin.call("team.add_organization_members", person("B", email=member.email)).id


def test_the_last_administrator_cannot_delete_oneself(office: Office, tenant: Tenant) -> None:
    second = office.member(tenant.admin)
    refused(409, tenant.admin, "users.delete_my_user")
    update = "user_grants.update_user_authorizations"
    tenant.admin.call(update, second.id, grants("org:admin"))
    with pytest.raises(ApiException) as success:
        tenant.admin.call("users.delete_my_user")
    assert success.value.status == 410
    assert ids(second.call("team.list_organization_members")) == [second.id]


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("partial_update_my_user", [{"first_name": "Robot"}]),
        ("get_my_config", []),
        ("update_my_config", [{}]),
        ("get_user_notification_preferences", []),
        ("update_user_notification_preferences", [{}]),
        ("delete_my_user", []),
    ],
)
def test_a_machine_is_no_person(reader: Sdk, operation: str, arguments: list[Any]) -> None:
    refused(404, reader, f"users.{operation}", *arguments)
    assert reader.call("users.get_my_user").actual_instance.user_type == "Machine"
