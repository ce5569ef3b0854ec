//! The catalogue: who has which rights, in the contract's order.
//!
//! A row stands for a right string per resource and action, resources first: those of one row have the same scope, so
//! which of them comes first does not matter to the answer.

use std::sync::LazyLock;

use iam_domain::policy::{AccountRole, ApiPermission};

use ApiPermission::{
    AccountRoAll, AccountRwAll, OrgRoAll, OrgRoOrg, OrgRwAll, OrgRwOrg, ProjectRoAll, ProjectRoOrg, ProjectRwAll,
    ProjectRwOrg,
};

use super::scope::{ANY, RightScope};

/// Rights of one scope.
pub(super) struct Row {
    resources: &'static [&'static str],
    actions: &'static [&'static str],
    scope: Scope,
}

enum Scope {
    Rows(&'static RightScope),
    Grants(&'static LazyLock<RightScope>),
}

impl Row {
    /// Whether a right of the row is about `action` on `resource`.
    pub(super) fn is_about(&self, resource: &str, action: &str) -> bool {
        let has = |names: &[&str], asked: &str| names.iter().any(|name| *name == ANY || *name == asked);
        has(self.resources, resource) && has(self.actions, action)
    }

    /// Their scope.
    pub(super) fn scope(&self) -> &'static RightScope {
        match self.scope {
            Scope::Rows(scope) => scope,
            Scope::Grants(scope) => scope,
        }
    }

    /// Resource and action of each right.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let actions = self.actions;
        self.resources.iter().flat_map(move |resource| actions.iter().map(move |action| (*resource, *action)))
    }
}

/// One line of the tables below.
pub(super) const fn row(
    resources: &'static [&'static str],
    actions: &'static [&'static str],
    scope: &'static RightScope,
) -> Row {
    Row { resources, actions, scope: Scope::Rows(scope) }
}

const fn grants(scope: &'static LazyLock<RightScope>) -> Row {
    Row { resources: API_KEYS, actions: &["create"], scope: Scope::Grants(scope) }
}

const ALL: &RightScope = &RightScope::All;
const OWN: &RightScope = &RightScope::Own;
const AS_USER: &RightScope = &RightScope::AsUser;
const AS_ORG_OWNER: &RightScope = &RightScope::AsOrgOwner;

const EVERY: &[&str] = &[ANY];
const READ: &[&str] = &["read"];

const ACCOUNTS: &[&str] = &["iam:accounts"];
const ORGANIZATIONS: &[&str] = &["iam:organizations"];
const API_KEYS: &[&str] = &["iam:api_keys"];

const PROJECTS: &[&str] = &["dataset:projects"];
const IN_PROJECTS: &[&str] = &[
    "dataset:project_members",
    "dataset:datasets",
    "dataset:entries",
    "dataset:annotations",
    "dataset:note_feeds",
    "dataset:note_comments",
];
const UP_TO_ANNOTATIONS: &[&str] =
    &["dataset:projects", "dataset:project_members", "dataset:datasets", "dataset:entries", "dataset:annotations"];
const NOTES: &[&str] = &["dataset:note_feeds", "dataset:note_comments"];
const ENTRY_STATS: &[&str] = &["dataset:entry_stats"];
const LABEL_TEMPLATES: &[&str] = &["dataset:label_config_templates"];
const MEDIAS: &[&str] = &["media:medias"];
const MEDIA_JOBS: &[&str] = &["media:jobs"];
const SETTINGS: &[&str] = &["setting:account_settings"];
const SYNC_JOBS: &[&str] = &["sync:jobs"];
const EXPORTS: &[&str] = &["sync:exports"];
const LOGS: &[&str] = &["audit:logs"];

static ORG_OWNER_GRANTS: LazyLock<RightScope> =
    LazyLock::new(|| RightScope::Names(vec![OrgRoOrg, ProjectRoOrg, ProjectRwOrg]));
static ADMIN_GRANTS: LazyLock<RightScope> = LazyLock::new(|| {
    RightScope::Names(vec![
        AccountRoAll,
        AccountRwAll,
        OrgRoAll,
        OrgRwAll,
        ProjectRoOrg,
        ProjectRwOrg,
        OrgRoOrg,
        OrgRwOrg,
        ProjectRoAll,
        ProjectRwAll,
    ])
});

static USER: &[Row] = &[
    row(ACCOUNTS, &["login", "logout", "create"], ALL),
    row(ACCOUNTS, &["update"], OWN),
    row(ACCOUNTS, READ, ALL),
    row(ORGANIZATIONS, READ, AS_USER),
    row(PROJECTS, &["read", "update", "delete"], AS_USER),
    row(IN_PROJECTS, EVERY, AS_USER),
    row(ENTRY_STATS, READ, AS_USER),
    row(LABEL_TEMPLATES, EVERY, AS_USER),
    row(MEDIAS, EVERY, AS_USER),
    row(MEDIA_JOBS, READ, AS_USER),
    row(SETTINGS, EVERY, OWN),
    row(SYNC_JOBS, READ, AS_USER),
    row(EXPORTS, &["read", "create"], AS_USER),
];

static ORG_OWNER: &[Row] = &[
    row(ACCOUNTS, &["login", "logout", "create"], ALL),
    row(ACCOUNTS, &["update", "read"], AS_ORG_OWNER),
    row(ORGANIZATIONS, READ, AS_ORG_OWNER),
    grants(&ORG_OWNER_GRANTS),
    row(API_KEYS, &["read", "update", "delete"], AS_ORG_OWNER),
    row(PROJECTS, EVERY, AS_ORG_OWNER),
    row(IN_PROJECTS, EVERY, AS_ORG_OWNER),
    row(ENTRY_STATS, READ, AS_ORG_OWNER),
    row(LABEL_TEMPLATES, EVERY, AS_ORG_OWNER),
    row(MEDIAS, EVERY, AS_ORG_OWNER),
    row(MEDIA_JOBS, READ, AS_ORG_OWNER),
    row(SYNC_JOBS, READ, AS_ORG_OWNER),
    row(EXPORTS, &["create", "read"], AS_ORG_OWNER),
    row(SETTINGS, EVERY, OWN),
];

static ADMIN: &[Row] = &[
    row(ACCOUNTS, EVERY, ALL),
    row(ORGANIZATIONS, EVERY, ALL),
    grants(&ADMIN_GRANTS),
    row(API_KEYS, &["read", "update", "delete"], ALL),
    row(PROJECTS, EVERY, ALL),
    row(IN_PROJECTS, EVERY, ALL),
    row(ENTRY_STATS, READ, ALL),
    row(LABEL_TEMPLATES, EVERY, ALL),
    row(MEDIAS, EVERY, ALL),
    row(MEDIA_JOBS, EVERY, ALL),
    row(SETTINGS, EVERY, ALL),
    row(SYNC_JOBS, READ, ALL),
    row(EXPORTS, &["read", "create"], ALL),
    row(LOGS, READ, ALL),
];

static SYSTEM: &[Row] = &[row(EVERY, EVERY, ALL)];

/// What every API key may do, whatever its permissions.
pub(super) static EVERY_KEY: &[Row] = &[row(ACCOUNTS, READ, OWN)];

static ACCOUNT_RO_ALL: &[Row] = &[row(ACCOUNTS, READ, ALL)];
static ACCOUNT_RW_ALL: &[Row] = &[row(ACCOUNTS, EVERY, ALL)];
static ORG_RO_ORG: &[Row] = &[row(ORGANIZATIONS, READ, AS_ORG_OWNER)];
static ORG_RW_ORG: &[Row] = &[row(ORGANIZATIONS, EVERY, AS_ORG_OWNER), row(ACCOUNTS, EVERY, AS_ORG_OWNER)];
static ORG_RO_ALL: &[Row] = &[row(ORGANIZATIONS, READ, ALL)];
static ORG_RW_ALL: &[Row] = &[row(ORGANIZATIONS, EVERY, ALL), row(ACCOUNTS, EVERY, ALL)];

static PROJECT_RO_ORG: &[Row] = &[
    row(PROJECTS, READ, AS_ORG_OWNER),
    row(IN_PROJECTS, READ, AS_ORG_OWNER),
    row(MEDIAS, READ, AS_ORG_OWNER),
    row(MEDIA_JOBS, READ, AS_ORG_OWNER),
];

static PROJECT_RW_ORG: &[Row] = &[
    row(ACCOUNTS, &["create"], AS_ORG_OWNER),
    row(UP_TO_ANNOTATIONS, EVERY, AS_ORG_OWNER),
    row(NOTES, READ, AS_ORG_OWNER),
    row(MEDIAS, EVERY, AS_ORG_OWNER),
    row(MEDIA_JOBS, READ, AS_ORG_OWNER),
    row(SYNC_JOBS, READ, AS_ORG_OWNER),
    row(EXPORTS, EVERY, AS_ORG_OWNER),
];

static PROJECT_RO_ALL: &[Row] =
    &[row(PROJECTS, READ, ALL), row(IN_PROJECTS, READ, ALL), row(MEDIAS, READ, ALL), row(MEDIA_JOBS, READ, ALL)];

static PROJECT_RW_ALL: &[Row] = &[
    row(PROJECTS, EVERY, ALL),
    row(IN_PROJECTS, EVERY, ALL),
    row(MEDIAS, EVERY, ALL),
    row(MEDIA_JOBS, READ, ALL),
    row(SYNC_JOBS, READ, ALL),
    row(EXPORTS, EVERY, ALL),
];

/// Rights of a role.
pub(super) fn of_role(role: AccountRole) -> &'static [Row] {
    match role {
        AccountRole::User => USER,
        AccountRole::OrgOwner => ORG_OWNER,
        AccountRole::Admin => ADMIN,
        AccountRole::System => SYSTEM,
        AccountRole::ApiService => &[],
    }
}

/// Rights that a permission gives to an API key.
pub(super) fn of_permission(permission: ApiPermission) -> &'static [Row] {
    match permission {
        AccountRoAll => ACCOUNT_RO_ALL,
        AccountRwAll => ACCOUNT_RW_ALL,
        OrgRoOrg => ORG_RO_ORG,
        OrgRwOrg => ORG_RW_ORG,
        OrgRoAll => ORG_RO_ALL,
        OrgRwAll => ORG_RW_ALL,
        ProjectRoOrg => PROJECT_RO_ORG,
        ProjectRwOrg => PROJECT_RW_ORG,
        ProjectRoAll => PROJECT_RO_ALL,
        ProjectRwAll => PROJECT_RW_ALL,
    }
}
