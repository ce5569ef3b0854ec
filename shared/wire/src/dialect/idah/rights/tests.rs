use super::catalogue::first;
use super::rows::{Row, row};
use super::*;
use iam_domain::policy::ApiPermission::{
    AccountRoAll, AccountRwAll, OrgRoAll, OrgRoOrg, OrgRwAll, OrgRwOrg, ProjectRoAll, ProjectRoOrg, ProjectRwAll,
    ProjectRwOrg,
};

fn of_role(role: AccountRole) -> Vec<String> {
    AccountRights::of_role(role).texts()
}

fn of_permission(permission: ApiPermission) -> Vec<String> {
    AccountRights::of_permissions(&[permission]).texts()
}

#[test]
fn rights_of_a_user() {
    let expected = [
        "iam:accounts.login.*",
        "iam:accounts.logout.*",
        "iam:accounts.create.*",
        "iam:accounts.update.own",
        "iam:accounts.read.*",
        "iam:organizations.read.as_user",
        "dataset:projects.read.as_user",
        "dataset:projects.update.as_user",
        "dataset:projects.delete.as_user",
        "dataset:project_members.*.as_user",
        "dataset:datasets.*.as_user",
        "dataset:entries.*.as_user",
        "dataset:annotations.*.as_user",
        "dataset:note_feeds.*.as_user",
        "dataset:note_comments.*.as_user",
        "dataset:entry_stats.read.as_user",
        "dataset:label_config_templates.*.as_user",
        "media:medias.*.as_user",
        "media:jobs.read.as_user",
        "setting:account_settings.*.own",
        "sync:jobs.read.as_user",
        "sync:exports.read.as_user",
        "sync:exports.create.as_user",
    ];
    assert_eq!(of_role(AccountRole::User), expected);
}

#[test]
fn rights_of_an_owner_of_organizations() {
    let expected = [
        "iam:accounts.login.*",
        "iam:accounts.logout.*",
        "iam:accounts.create.*",
        "iam:accounts.update.as_org_owner",
        "iam:accounts.read.as_org_owner",
        "iam:organizations.read.as_org_owner",
        "iam:api_keys.create.{org_ro_org, project_ro_org, project_rw_org}",
        "iam:api_keys.read.as_org_owner",
        "iam:api_keys.update.as_org_owner",
        "iam:api_keys.delete.as_org_owner",
        "dataset:projects.*.as_org_owner",
        "dataset:project_members.*.as_org_owner",
        "dataset:datasets.*.as_org_owner",
        "dataset:entries.*.as_org_owner",
        "dataset:annotations.*.as_org_owner",
        "dataset:note_feeds.*.as_org_owner",
        "dataset:note_comments.*.as_org_owner",
        "dataset:entry_stats.read.as_org_owner",
        "dataset:label_config_templates.*.as_org_owner",
        "media:medias.*.as_org_owner",
        "media:jobs.read.as_org_owner",
        "sync:jobs.read.as_org_owner",
        "sync:exports.create.as_org_owner",
        "sync:exports.read.as_org_owner",
        "setting:account_settings.*.own",
    ];
    assert_eq!(of_role(AccountRole::OrgOwner), expected);
}

#[test]
fn rights_of_an_administrator() {
    let expected = [
        "iam:accounts.*.*",
        "iam:organizations.*.*",
        "iam:api_keys.create.{account_ro_all, account_rw_all, org_ro_all, org_rw_all, project_ro_org, project_rw_org, \
         org_ro_org, org_rw_org, project_ro_all, project_rw_all}",
        "iam:api_keys.read.*",
        "iam:api_keys.update.*",
        "iam:api_keys.delete.*",
        "dataset:projects.*.*",
        "dataset:project_members.*.*",
        "dataset:datasets.*.*",
        "dataset:entries.*.*",
        "dataset:annotations.*.*",
        "dataset:note_feeds.*.*",
        "dataset:note_comments.*.*",
        "dataset:entry_stats.read.*",
        "dataset:label_config_templates.*.*",
        "media:medias.*.*",
        "media:jobs.*.*",
        "setting:account_settings.*.*",
        "sync:jobs.read.*",
        "sync:exports.read.*",
        "sync:exports.create.*",
        "audit:logs.read.*",
    ];
    assert_eq!(of_role(AccountRole::Admin), expected);
}

#[test]
fn rights_of_services() {
    assert_eq!(of_role(AccountRole::System), ["*.*.*"]);
    assert_eq!(of_role(AccountRole::ApiService), [""; 0]);
}

#[test]
fn rights_by_permissions_on_accounts_and_organizations() {
    assert_eq!(of_permission(AccountRoAll), ["iam:accounts.read.*"]);
    assert_eq!(of_permission(AccountRwAll), ["iam:accounts.*.*"]);
    assert_eq!(of_permission(OrgRoOrg), ["iam:organizations.read.as_org_owner"]);
    assert_eq!(of_permission(OrgRwOrg), ["iam:organizations.*.as_org_owner", "iam:accounts.*.as_org_owner"]);
    assert_eq!(of_permission(OrgRoAll), ["iam:organizations.read.*"]);
    assert_eq!(of_permission(OrgRwAll), ["iam:organizations.*.*", "iam:accounts.*.*"]);
}

#[test]
fn rights_by_permissions_on_the_projects_of_organizations() {
    let reading = [
        "dataset:projects.read.as_org_owner",
        "dataset:project_members.read.as_org_owner",
        "dataset:datasets.read.as_org_owner",
        "dataset:entries.read.as_org_owner",
        "dataset:annotations.read.as_org_owner",
        "dataset:note_feeds.read.as_org_owner",
        "dataset:note_comments.read.as_org_owner",
        "media:medias.read.as_org_owner",
        "media:jobs.read.as_org_owner",
    ];
    assert_eq!(of_permission(ProjectRoOrg), reading);
    let writing = [
        "iam:accounts.create.as_org_owner",
        "dataset:projects.*.as_org_owner",
        "dataset:project_members.*.as_org_owner",
        "dataset:datasets.*.as_org_owner",
        "dataset:entries.*.as_org_owner",
        "dataset:annotations.*.as_org_owner",
        "dataset:note_feeds.read.as_org_owner",
        "dataset:note_comments.read.as_org_owner",
        "media:medias.*.as_org_owner",
        "media:jobs.read.as_org_owner",
        "sync:jobs.read.as_org_owner",
        "sync:exports.*.as_org_owner",
    ];
    assert_eq!(of_permission(ProjectRwOrg), writing);
}

#[test]
fn rights_by_permissions_on_all_projects() {
    let reading = [
        "dataset:projects.read.*",
        "dataset:project_members.read.*",
        "dataset:datasets.read.*",
        "dataset:entries.read.*",
        "dataset:annotations.read.*",
        "dataset:note_feeds.read.*",
        "dataset:note_comments.read.*",
        "media:medias.read.*",
        "media:jobs.read.*",
    ];
    assert_eq!(of_permission(ProjectRoAll), reading);
    let writing = [
        "dataset:projects.*.*",
        "dataset:project_members.*.*",
        "dataset:datasets.*.*",
        "dataset:entries.*.*",
        "dataset:annotations.*.*",
        "dataset:note_feeds.*.*",
        "dataset:note_comments.*.*",
        "media:medias.*.*",
        "media:jobs.read.*",
        "sync:jobs.read.*",
        "sync:exports.*.*",
    ];
    assert_eq!(of_permission(ProjectRwAll), writing);
}

#[test]
fn a_key_shows_the_rights_of_its_permissions_one_after_the_other() {
    let rights = AccountRights::of_permissions(&[OrgRoOrg, OrgRwOrg, AccountRoAll]);
    let expected = [
        "iam:organizations.read.as_org_owner",
        "iam:organizations.*.as_org_owner",
        "iam:accounts.*.as_org_owner",
        "iam:accounts.read.*",
    ];
    assert_eq!(rights.texts(), expected);
}

#[test]
fn the_first_right_that_matches_decides() {
    static ROWS: &[Row] = &[
        row(&["iam:accounts"], &["read", "update"], &RightScope::Own),
        row(&["iam:accounts"], &["*"], &RightScope::AsOrgOwner),
        row(&["*"], &["read"], &RightScope::All),
    ];
    assert_eq!(first(ROWS, "iam:accounts", "read"), Some(&RightScope::Own));
    assert_eq!(first(ROWS, "iam:accounts", "delete"), Some(&RightScope::AsOrgOwner));
    assert_eq!(first(ROWS, "iam:organizations", "read"), Some(&RightScope::All));
    assert_eq!(first(ROWS, "iam:organizations", "update"), None);
}

#[test]
fn scopes_of_roles() {
    let user = AccountRights::of_role(AccountRole::User);
    assert_eq!(user.scope("iam:accounts", "create"), Some(&RightScope::All));
    assert_eq!(user.scope("iam:accounts", "update"), Some(&RightScope::Own));
    assert_eq!(user.scope("iam:accounts", "read"), Some(&RightScope::All));
    assert_eq!(user.scope("iam:accounts", "delete"), None);
    assert_eq!(user.scope("iam:organizations", "read"), Some(&RightScope::AsUser));
    assert_eq!(user.scope("iam:organizations", "create"), None);
    assert_eq!(user.scope("iam:api_keys", "read"), None);

    let owner = AccountRights::of_role(AccountRole::OrgOwner);
    assert_eq!(owner.scope("iam:accounts", "read"), Some(&RightScope::AsOrgOwner));
    assert_eq!(owner.scope("iam:organizations", "update"), None);
    let grants = RightScope::Names(vec![OrgRoOrg, ProjectRoOrg, ProjectRwOrg]);
    assert_eq!(owner.scope("iam:api_keys", "create"), Some(&grants));
    assert_eq!(owner.scope("iam:api_keys", "delete"), Some(&RightScope::AsOrgOwner));

    let admin = AccountRights::of_role(AccountRole::Admin);
    assert_eq!(admin.scope("iam:accounts", "delete"), Some(&RightScope::All));
    let Some(RightScope::Names(grants)) = admin.scope("iam:api_keys", "create") else { panic!("names") };
    assert!(ApiPermission::ALL.iter().all(|permission| grants.contains(permission)));
    assert_eq!(grants.len(), ApiPermission::ALL.len());

    let system = AccountRights::of_role(AccountRole::System);
    assert_eq!(system.scope("iam:api_keys", "create"), Some(&RightScope::All));
    assert_eq!(system.scope("anything", "whatever"), Some(&RightScope::All));
}

#[test]
fn every_key_reads_its_own_account() {
    for permissions in [&[][..], &[OrgRoOrg], &[ProjectRwOrg]] {
        let rights = AccountRights::of_permissions(permissions);
        assert_eq!(rights.scope("iam:accounts", "read"), Some(&RightScope::Own), "{permissions:?}");
        assert_eq!(rights.scope("iam:accounts", "update"), None, "{permissions:?}");
        assert_eq!(rights.scope("iam:api_keys", "read"), None, "{permissions:?}");
        assert!(!rights.texts().contains(&"iam:accounts.read.own".to_owned()));
    }
    for (permission, scope) in [
        (AccountRoAll, RightScope::All),
        (AccountRwAll, RightScope::All),
        (OrgRwAll, RightScope::All),
        (OrgRwOrg, RightScope::AsOrgOwner),
    ] {
        assert_eq!(AccountRights::of_permissions(&[permission]).scope("iam:accounts", "read"), Some(&scope));
    }
}

#[test]
fn later_permissions_override_earlier_ones_by_resource_and_action() {
    let narrowed = AccountRights::of_permissions(&[AccountRwAll, OrgRwOrg]);
    assert_eq!(narrowed.scope("iam:accounts", "delete"), Some(&RightScope::AsOrgOwner));

    let widened = AccountRights::of_permissions(&[OrgRwOrg, AccountRoAll]);
    assert_eq!(widened.scope("iam:accounts", "read"), Some(&RightScope::All));
    // Another action on the same resource stays as the earlier permission has it.
    assert_eq!(widened.scope("iam:accounts", "update"), Some(&RightScope::AsOrgOwner));
    assert_eq!(widened.scope("iam:organizations", "update"), Some(&RightScope::AsOrgOwner));

    let inviting = AccountRights::of_permissions(&[AccountRwAll, ProjectRwOrg]);
    assert_eq!(inviting.scope("iam:accounts", "create"), Some(&RightScope::AsOrgOwner));
    assert_eq!(inviting.scope("iam:accounts", "read"), Some(&RightScope::All));
}

#[test]
fn sessions_are_everybodys_own_and_all_of_them_administrators() {
    let scopes = [
        (AccountRights::of_role(AccountRole::System), Some(RightScope::All)),
        (AccountRights::of_role(AccountRole::Admin), Some(RightScope::All)),
        (AccountRights::of_role(AccountRole::OrgOwner), Some(RightScope::Own)),
        (AccountRights::of_role(AccountRole::User), Some(RightScope::Own)),
        (AccountRights::of_permissions(&[AccountRwAll]), Some(RightScope::Own)),
        (AccountRights::of_role(AccountRole::ApiService), None),
    ];
    for (rights, scope) in scopes {
        for action in ["read", "delete"] {
            assert_eq!(rights.scope("iam:account_sessions", action), scope.as_ref(), "{rights:?} {action}");
        }
        assert!(!rights.texts().iter().any(|text| text.contains("account_sessions")));
    }
    assert_eq!(AccountRights::of_role(AccountRole::Admin).scope("iam:account_sessions", "update"), None);
}

#[test]
fn permissions_by_the_scope_of_a_key() {
    let suiting = |scope| -> Vec<&str> {
        ApiPermission::ALL.iter().filter(|permission| permission.suits(scope)).map(|one| one.as_str()).collect()
    };
    let all = ["account_ro_all", "account_rw_all", "org_ro_all", "org_rw_all", "project_ro_all", "project_rw_all"];
    assert_eq!(suiting(KeyScope::All), all);
    assert_eq!(suiting(KeyScope::Organization), ["org_ro_org", "org_rw_org", "project_ro_org", "project_rw_org"]);
    assert_eq!(suiting(KeyScope::Project), ["project_ro_org", "project_rw_org"]);
}

#[test]
fn names_of_permissions_and_scopes() {
    let names: Vec<&str> = ApiPermission::ALL.iter().map(|permission| permission.as_str()).collect();
    let expected = [
        "account_ro_all",
        "account_rw_all",
        "org_ro_org",
        "org_rw_org",
        "org_ro_all",
        "org_rw_all",
        "project_ro_org",
        "project_rw_org",
        "project_ro_all",
        "project_rw_all",
    ];
    assert_eq!(names, expected);
    for permission in ApiPermission::ALL {
        assert_eq!(ApiPermission::from_stored(permission.as_str()), Some(*permission));
        assert!(description(*permission).ends_with('.'));
    }
    assert_eq!(title(AccountRoAll), "API - Account Read Only");
    assert_eq!(title(OrgRwOrg), "API - Organization Read Write");
    assert_eq!(title(ProjectRoAll), "API - Project Read Only");
    assert_eq!(KeyScope::from_stored("org"), Some(KeyScope::Organization));
    assert_eq!(KeyScope::from_stored("project"), Some(KeyScope::Project));
    assert_eq!(KeyScope::from_stored("all"), Some(KeyScope::All));
    assert_eq!(KeyScope::from_stored("organization"), None);
}

#[test]
fn masks_rise_from_users_to_services() {
    let masks: Vec<_> = AccountRole::ALL.iter().map(|role| (role.as_str(), role.mask())).collect();
    let expected = [
        ("user", Some((1, 0, 0))),
        ("org_owner", Some((2, 0, 0))),
        ("admin", Some((8, 0, 0))),
        ("system", Some((9, 9, 9))),
        ("api_service", None),
    ];
    assert_eq!(masks, expected);
    for role in AccountRole::ALL {
        assert_eq!(AccountRole::from_stored(role.as_str()), Some(*role));
    }
    assert_eq!(AccountRole::from_stored("anonymous"), None);
    let named = |has: fn(AccountRole) -> bool| -> Vec<&str> {
        AccountRole::ALL.iter().filter(|role| has(**role)).map(|role| role.as_str()).collect()
    };
    assert_eq!(named(AccountRole::is_assignable), ["user", "org_owner", "admin"]);
    assert_eq!(named(AccountRole::is_in_catalogue), ["user", "org_owner", "admin", "system"]);
}

#[test]
fn the_role_of_a_key_names_its_permissions_in_order() {
    assert_eq!(compound_role(&[ProjectRwOrg, OrgRoOrg]), "api:project_rw_org,org_ro_org");
    assert_eq!(parse_compound("api:project_rw_org,org_ro_org"), Some(vec![ProjectRwOrg, OrgRoOrg]));
    assert_eq!(parse_compound("api:org_ro_all"), Some(vec![OrgRoAll]));
    for role in
        ["api", "api:", "api:,", "api:org_ro_all,", "api:org_ro_all, org_rw_all", "api:org_ro_all,root", "admin"]
    {
        assert_eq!(parse_compound(role), None, "{role}");
    }
}
