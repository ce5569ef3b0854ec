//! The table itself. After a change: `cargo xtask docs`, and the same in spin.toml; tests tell what is missing.

use crate::{Group, Setting};

const fn open(group: Group, name: &'static str, default: &'static str, meaning: &'static str) -> Setting {
    Setting { name, default, is_secret: false, group, meaning }
}

/// A secret has no default: it would be a default credential.
const fn secret(group: Group, name: &'static str, meaning: &'static str) -> Setting {
    Setting { name, default: "", is_secret: true, group, meaning }
}

/// Every setting there is, group by group.
pub const SETTINGS: &[Setting] = &[
    open(
        Group::Service,
        "public_url",
        "",
        "Scheme and host under which clients reach the service, such as `https://iam.example.org`; tokens carry it as \
         `iss`. **Required for every name but this machine's own**: without it the service answers only requests to \
         `localhost`, `127.x.x.x` and `[::1]`, and others get 421.",
    ),
    open(
        Group::Service,
        "accepted_issuers",
        "",
        "Further names of the service, comma-separated, that client assertions may carry as `aud`.",
    ),
    open(
        Group::Service,
        "client_address_header",
        "",
        "Header to which your reverse proxy appends the client's address, such as `X-Forwarded-For`. Registrations, wrong \
         passwords and forgotten ones are counted by that address, and sessions show it. **Set it behind every proxy, and \
         leave it unset without one**: otherwise clients could write the header themselves.",
    ),
    open(
        Group::Service,
        "disabled_dialects",
        "",
        "APIs to switch off, comma-separated: `eazyrent`, `oauth`, `logto`, `idah`. Their paths answer 404.",
    ),
    open(
        Group::Service,
        "signing_key_generation",
        "1",
        "Any word. A new one makes new signing keys; tokens signed with the old ones stay valid.",
    ),
    open(
        Group::Service,
        "max_password_checks",
        "10",
        "Passwords that are compared at the same time, over all instances on one database, 1 to 10000. Beyond it a login \
         gets 429 and is told to come again in a second. Each comparison takes 20 MB and some 30 ms of a processor: raise it \
         with the number of processors.",
    ),
    open(
        Group::FirstAccounts,
        "bootstrap_organization",
        "Default",
        "Name of the first organization. It is made together with the first administrator or machine client.",
    ),
    open(Group::FirstAccounts, "bootstrap_admin_email", "", "E-mail address of the first administrator."),
    secret(Group::FirstAccounts, "bootstrap_admin_password", "Its password, at least 8 characters."),
    open(
        Group::FirstAccounts,
        "bootstrap_system_email",
        "",
        "E-mail address of the first account of a sibling service (IDAH role `system`). Nobody else may have it.",
    ),
    secret(Group::FirstAccounts, "bootstrap_system_password", "Its password, at least 8 characters."),
    open(
        Group::FirstAccounts,
        "bootstrap_client_id",
        "",
        "Id of the first machine client: 12 digits, the first one 1 to 9.",
    ),
    secret(Group::FirstAccounts, "bootstrap_client_secret", "Its secret, at least 24 characters."),
    open(
        Group::Eazyrent,
        "eazyrent_signing_algorithm",
        "EdDSA",
        "`EdDSA`, or `ES256` or `RS256` for services that verify tokens of this API by themselves and need it.",
    ),
    open(
        Group::Eazyrent,
        "eazyrent_access_token_ttl",
        "43199",
        "Seconds that an access token is valid, up to a year. The published client never renews its token.",
    ),
    open(Group::Eazyrent, "eazyrent_project_id", "310976816384838665", "Id of the project in role claims."),
    open(
        Group::Eazyrent,
        "eazyrent_strict_acting_account",
        "false",
        "`true`: when `X-Eaz-Account-Id` names an account out of reach, answer 403. `false`: fall back silently to the \
         caller's own account.",
    ),
    open(Group::Logto, "logto_signing_algorithm", "EdDSA", "`EdDSA`, `ES256` or `RS256`, for tokens of this API."),
    open(
        Group::Logto,
        "logto_access_token_ttl",
        "3600",
        "Seconds that an access token is valid where its resource does not say, up to a year.",
    ),
    open(
        Group::Logto,
        "logto_management_resource",
        "https://default.logto.app/api",
        "Indicator of the management API: the `resource` that clients ask a token for.",
    ),
    secret(
        Group::Logto,
        "application_secret_key",
        "At least 32 random characters, from which the secrets of applications are derived: with it, a copy of the database \
         gives no secret away ([ADR 0010](adr/0010-application-secrets.md)). After a change, secrets made before are not \
         shown any more, but still work.",
    ),
    secret(
        Group::Idah,
        "idah_jwt_key",
        "Private key on the curve P-256 that signs tokens instead of one made here, so that sibling services keep their \
         public key. PEM, PKCS#8 or SEC 1: the text itself (no `file:`), line ends also written as `\\n`. It is stored with \
         the other signing keys and published in the key sets; what an earlier one signed stays valid.",
    ),
    open(
        Group::Idah,
        "idah_access_token_ttl",
        "86400",
        "Seconds that an access token and its cookie are valid, up to a year.",
    ),
    open(Group::Idah, "idah_secure_cookies", "true", "`false`: cookies without `Secure`, for tests over plain HTTP."),
    open(
        Group::Idah,
        "idah_app_url",
        "",
        "Address of the web application, the base of links in mails: `<idah_app_url>/accept-invitation?token=…` and \
         `<idah_app_url>/reset-password?token=…`.",
    ),
    open(
        Group::Mail,
        "mail_provider",
        "log",
        "`log`: mail stays in the outbox, for development. `webhook`, `resend` or `postmark`: it is sent there.",
    ),
    open(Group::Mail, "mail_from", "", "Sender, for `resend` and `postmark`."),
    secret(
        Group::Mail,
        "mail_api_key",
        "Key that the provider gave you; for `webhook`, the key that signs what is sent.",
    ),
    open(Group::Mail, "mail_api_url", "", "Another base URL of the provider, such as that of a region."),
    open(Group::Mail, "mail_webhook_url", "", "Where `webhook` posts to."),
    open(
        Group::Mail,
        "mail_allowed_host",
        "https://mail.invalid",
        "Scheme and host of the provider or webhook. Spin lets a component call only hosts that are declared.",
    ),
    open(
        Group::Mail,
        "account_page_url",
        "",
        "A page of yours that reads `#purpose=first_password|password_reset&code=…` and calls the API. Without it mails hold \
         the code and the path to send it to.",
    ),
    open(
        Group::Upstream,
        "upstream_issuer",
        "",
        "OpenID provider that `sync-from-auth` reads profiles from. Without it the answer says `local`.",
    ),
    open(Group::Upstream, "upstream_client_id", "", "Our client id there, for the grant client credentials."),
    secret(Group::Upstream, "upstream_client_secret", "Its secret."),
    open(Group::Upstream, "upstream_scope", "", "Scope to ask for."),
    open(
        Group::Upstream,
        "upstream_user_endpoint",
        "",
        "Where the provider tells about a user, with `{sub}` or `{email}`, such as `https://login.example.org/users/{sub}`. \
         Without it only people who send their own access token are synchronised, by the userinfo endpoint.",
    ),
    open(Group::Upstream, "upstream_allowed_host", "https://upstream.invalid", "Scheme and host of the provider."),
];
