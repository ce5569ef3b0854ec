"""EazyRent: logos and avatars, uploaded with the client and fetched from where it shows them."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from eazyrent.iam.v1.models.logo import Logo
from eazyrent.iam.v1.models.user import User

from eazyrent_checks import places, refused
from eazyrent_http import Office, Tenant
from eazyrent_sdk import Identity, Sdk
from edge_iam import Server

MAX_BYTES = 524_288
GIF = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PICTURES = [
    pytest.param("organizations.change_logo", "logo", id="logo"),
    pytest.param("users.create_profile_avatar", "file", id="avatar"),
]


def png(grey: int = 0) -> bytes:
    """A picture of one pixel."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + checksum

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes([0, grey]))
    content = chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + content


def logo_of(who: Identity) -> Any:
    """Where the logo of somebody's organization is."""
    logo = who.call("organizations.my_organization").logo
    return logo and logo.actual_instance


def shown(who: Identity, operation: str) -> Any:
    """Where the picture is that an operation uploaded."""
    if operation == "organizations.change_logo":
        return logo_of(who)
    return who.call("users.get_my_user").actual_instance.avatar


def assert_shows(server: Server, url: str | None, content: bytes, media_type: str) -> None:
    """Anybody may fetch the picture, keep it, and cannot be harmed by it."""
    assert url is not None
    answer = server.get(url)
    assert (answer.status, answer.content) == (200, content)
    assert answer.headers["content-type"] == media_type
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "public" in answer.headers["cache-control"]
    assert "max-age" in answer.headers["cache-control"]


# --- the logo of an organization ------------------------------------------------------------------


def test_a_logo_from_a_file_is_shown_wherever_the_organization_is(
    server: Server, tenant: Tenant, tmp_path: Path
) -> None:
    file = tmp_path / "logo.png"
    file.write_bytes(png())
    assert tenant.admin.call("organizations.change_logo", str(file)) is None
    url = logo_of(tenant.admin)
    assert_shows(server, url, png(), "image/png")
    branch = tenant.admin.call("organizations.create_linked_account", {"name": "Branch"})
    assert branch.organization.logo.actual_instance == url
    me = tenant.admin.call("users.get_my_user").actual_instance
    assert me.organization.logo.actual_instance == url


def test_a_logo_of_a_linked_account_is_in_its_parent_s_list(server: Server, tenant: Tenant) -> None:
    branch = tenant.admin.call("organizations.create_linked_account", {"name": "Branch"}).id
    tenant.admin.call("organizations.change_logo", ("logo.gif", GIF), x_eaz_account_id=branch)
    assert logo_of(tenant.admin) is None
    (listed,) = tenant.admin.call("organizations.list_all_linked_account")
    assert_shows(server, listed.logo.actual_instance, GIF, "image/gif")
    operation = "organizations.delete_logo"
    assert tenant.admin.call(operation, x_eaz_account_id=branch) is None
    (listed,) = tenant.admin.call("organizations.list_all_linked_account")
    assert listed.logo is None


def test_each_logo_has_an_address_of_its_own(server: Server, tenant: Tenant) -> None:
    tenant.admin.call("organizations.change_logo", png(1))
    first = logo_of(tenant.admin)
    tenant.admin.call("organizations.change_logo", png(2))
    second = logo_of(tenant.admin)
    assert first != second
    assert_shows(server, second, png(2), "image/png")


def test_a_logo_is_deleted_everywhere_and_may_be_deleted_again(tenant: Tenant) -> None:
    tenant.admin.call("organizations.change_logo", png())
    for _ in range(2):
        assert tenant.admin.call("organizations.delete_logo") is None
        assert logo_of(tenant.admin) is None


def test_a_logo_replaces_the_address_that_an_account_was_made_with(
    server: Server, tenant: Tenant
) -> None:
    elsewhere = {"name": "Branch", "logo": Logo("https://example.org/logo.png")}
    branch = tenant.admin.call("organizations.create_linked_account", elsewhere).id
    tenant.admin.call("organizations.change_logo", png(), x_eaz_account_id=branch)
    (listed,) = tenant.admin.call("organizations.list_all_linked_account")
    assert_shows(server, listed.logo.actual_instance, png(), "image/png")
    tenant.admin.call("organizations.delete_logo", x_eaz_account_id=branch)
    (listed,) = tenant.admin.call("organizations.list_all_linked_account")
    assert listed.logo is None


def test_a_member_may_not_change_the_logo(office: Office, tenant: Tenant) -> None:
    member = office.member(tenant.admin)
    refused(403, member, "organizations.change_logo", png())
    refused(403, member, "organizations.delete_logo")


# --- the avatar of a person -----------------------------------------------------------------------


def test_an_avatar_from_raw_bytes_is_in_the_profile_and_in_the_list_of_members(
    server: Server, tenant: Tenant
) -> None:
    made = tenant.admin.call("users.create_profile_avatar", png())
    assert isinstance(made, User) and made.id == tenant.admin.id
    assert_shows(server, made.avatar, png(), "image/png")
    assert tenant.admin.call("users.get_my_user").actual_instance.avatar == made.avatar
    assert tenant.admin.call("team.get_organization_member", made.id).avatar == made.avatar
    (listed,) = tenant.admin.call("team.list_organization_members")
    assert listed.avatar == made.avatar


def test_an_avatar_from_a_file_replaces_the_one_before(
    server: Server, tenant: Tenant, tmp_path: Path
) -> None:
    file = tmp_path / "me.gif"
    file.write_bytes(GIF)
    first = tenant.admin.call("users.create_profile_avatar", ("me.png", png())).avatar
    second = tenant.admin.call("users.create_profile_avatar", str(file)).avatar
    assert first != second
    assert_shows(server, second, GIF, "image/gif")


def test_an_avatar_is_deleted_and_may_be_deleted_again(tenant: Tenant) -> None:
    tenant.admin.call("users.create_profile_avatar", png())
    for _ in range(2):
        assert tenant.admin.call("users.delete_profile_avatar") is None
        assert tenant.admin.call("users.get_my_user").actual_instance.avatar is None


def test_a_machine_has_no_avatar(reader: Sdk) -> None:
    refused(404, reader, "users.create_profile_avatar", png())
    refused(404, reader, "users.delete_profile_avatar")


# --- what is accepted -----------------------------------------------------------------------------


@pytest.mark.parametrize(("operation", "part"), PICTURES)
def test_the_bytes_tell_what_a_picture_is_and_not_its_name(
    server: Server, tenant: Tenant, operation: str, part: str
) -> None:
    tenant.admin.call(operation, ("picture.svg", png()))
    assert_shows(server, shown(tenant.admin, operation), png(), "image/png")


@pytest.mark.parametrize(("operation", "part"), PICTURES)
@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"no picture", id="text"),
        pytest.param(SVG, id="SVG"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_what_is_no_picture_is_refused_at_its_part(
    tenant: Tenant, operation: str, part: str, content: bytes
) -> None:
    error = refused(422, tenant.admin, operation, ("picture.png", content))
    assert places(error) == [["body", part]]


@pytest.mark.parametrize(("operation", "part"), PICTURES)
def test_a_picture_may_have_512_kibibytes_and_no_more(
    server: Server, tenant: Tenant, operation: str, part: str
) -> None:
    largest = png().ljust(MAX_BYTES, b"\0")
    tenant.admin.call(operation, largest)
    assert server.get(shown(tenant.admin, operation)).content == largest
    refused(413, tenant.admin, operation, largest + b"\0")


@pytest.mark.parametrize(
    ("path", "part"),
    [("organizations/logo", "logo"), ("users/me/avatar", "file")],
)
def test_an_upload_without_its_part_is_refused_though_the_client_cannot_send_one(
    server: Server, tenant: Tenant, path: str, part: str
) -> None:
    lines = ["--cut", 'Content-Disposition: form-data; name="other"; filename="a.png"', "", "x"]
    answer = server.request(
        "POST",
        f"/iam/v1/{path}/",
        token=tenant.admin.token,
        headers={"Content-Type": "multipart/form-data; boundary=cut"},
        content="\r\n".join([*lines, "--cut--", ""]),
    )
    assert answer.status == 422
    assert [fault["loc"] for fault in answer.json()["detail"]] == [["body", part]]
