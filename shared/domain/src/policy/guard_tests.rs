use super::*;
use crate::policy::{GrantedRole, Permissions, Table};

const HERE: OrganizationId = OrganizationId::from_stored(100_000_000_100);
const THERE: OrganizationId = OrganizationId::from_stored(100_000_000_200);
const TOUCHES: [Touch; 3] = [Touch::Ties, Touch::Particulars, Touch::Access];

fn rights(grants: &[(Option<OrganizationId>, &str)]) -> Rights {
    let granted = |(organization, key): &(Option<OrganizationId>, &str)| GrantedRole {
        organization: *organization,
        key: Some((*key).to_owned()),
        permissions: Vec::new(),
    };
    Rights::new(grants.iter().map(granted).collect())
}

/// Whether each of [`TOUCHES`] is allowed.
fn allowed(authority: &Authority, caller: &Rights, target: Target<'_>) -> [bool; 3] {
    let here = Here { organization: Some(HERE), permissions: caller.in_organization(HERE) };
    let changer = Changer { rights: caller, authority, here, action: Action::UserUpdate };
    TOUCHES.map(|touch| changer.check(target, touch).is_ok())
}

fn table(role: AccountRole, assignable: Assignable) -> Authority {
    let assignable = vec![(Action::UserUpdate, assignable)];
    Authority::Table(Box::new(Table { rank: role.mask(), assignable, ..Table::default() }))
}

const ALL: [bool; 3] = [true; 3];
const NOTHING: [bool; 3] = [false; 3];
const TIES: [bool; 3] = [true, false, false];
const NO_ACCESS: [bool; 3] = [true, true, false];

#[test]
fn the_whole_table() {
    let writer = rights(&[(Some(HERE), "organization:write")]);
    let admin = rights(&[(Some(HERE), "org:admin")]);
    let staff = rights(&[(None, "staff")]);
    let operator = rights(&[(None, "admin")]);
    let nobody = rights(&[]);
    let manager = GrantedRole { organization: None, key: None, permissions: Vec::new() };
    let manager = Rights::new(vec![manager]);
    let admin_there = rights(&[(Some(THERE), "org:admin")]);
    let both = rights(&[(Some(HERE), "org:admin"), (Some(THERE), "org:admin")]);

    let by_roles = Authority::Roles;
    let installation = Authority::Installation { resource: "urn:x".into() };
    let table_admin = table(AccountRole::Admin, Assignable::Any);
    let owner = table(AccountRole::OrgOwner, Assignable::Listed(vec![HERE]));
    let plain = table(AccountRole::User, Assignable::None);

    let (home, away) = (Some(HERE), Some(THERE));
    let user = None;
    let as_admin = Some(AccountRole::Admin);
    let service = Some(AccountRole::ApiService);
    // Authority, caller's roles, target's roles, its home, its account role, whether it is oneself: ties, particulars, access.
    for (authority, caller, target, home, role, is_self, wanted) in [
        (&by_roles, &writer, &nobody, home, user, false, ALL),
        (&by_roles, &writer, &nobody, away, user, false, TIES),
        (&by_roles, &writer, &nobody, None, user, false, TIES),
        (&by_roles, &writer, &admin, home, user, false, NOTHING),
        (&by_roles, &admin, &admin, home, user, false, ALL),
        (&by_roles, &admin, &admin_there, home, user, false, NO_ACCESS),
        (&by_roles, &admin, &admin_there, home, user, true, ALL),
        (&by_roles, &both, &admin_there, home, user, false, ALL),
        (&by_roles, &staff, &admin_there, home, user, false, ALL),
        (&by_roles, &admin, &staff, home, user, false, NOTHING),
        (&by_roles, &admin, &manager, home, user, false, NOTHING),
        (&by_roles, &staff, &manager, away, user, false, ALL),
        (&by_roles, &staff, &staff, away, user, false, ALL),
        (&by_roles, &staff, &operator, away, user, false, NOTHING),
        (&by_roles, &operator, &operator, away, user, false, ALL),
        // The account role of another API does not matter to roles.
        (&by_roles, &admin, &nobody, home, as_admin, false, ALL),
        (&installation, &nobody, &admin_there, away, as_admin, false, ALL),
        (&installation, &nobody, &manager, None, user, false, ALL),
        (&installation, &nobody, &operator, None, user, false, NOTHING),
        (&installation, &operator, &operator, None, user, false, ALL),
        (&table_admin, &nobody, &admin_there, away, user, false, ALL),
        (&table_admin, &nobody, &nobody, away, as_admin, false, ALL),
        (&table_admin, &nobody, &nobody, None, service, false, ALL),
        (&table_admin, &nobody, &operator, away, as_admin, false, NOTHING),
        (&owner, &nobody, &nobody, home, user, false, ALL),
        (&owner, &nobody, &nobody, None, user, false, ALL),
        (&owner, &nobody, &nobody, away, user, false, TIES),
        (&owner, &nobody, &admin_there, home, user, false, NO_ACCESS),
        (&owner, &nobody, &manager, None, user, false, NO_ACCESS),
        (&owner, &nobody, &nobody, home, as_admin, false, NOTHING),
        (&owner, &nobody, &nobody, None, service, false, NOTHING),
        (&owner, &nobody, &nobody, away, user, true, ALL),
        (&owner, &nobody, &nobody, away, as_admin, true, ALL),
        (&plain, &nobody, &nobody, away, user, false, ALL),
        (&plain, &nobody, &nobody, away, Some(AccountRole::OrgOwner), false, NOTHING),
        (&plain, &nobody, &nobody, away, as_admin, true, ALL),
    ] {
        let target = Target { rights: target, home, account_role: role, is_self };
        let shown = format!("{authority:?}\n{caller:?}\n{target:?}");
        assert_eq!(allowed(authority, caller, target), wanted, "{shown}");
    }
}

#[test]
fn a_key_is_nobody() {
    let nobody = rights(&[]);
    let key = Table { is_key: true, rank: AccountRole::User.mask(), ..Table::default() };
    let owner = Target { rights: &nobody, home: None, account_role: Some(AccountRole::ApiService), is_self: true };
    assert_eq!(allowed(&Authority::Table(Box::new(key)), &nobody, owner), NOTHING);
    assert_eq!(Permissions::NONE, nobody.in_organization(HERE));
}
