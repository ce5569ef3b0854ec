use super::*;
use crate::error::ErrorKind;
use crate::policy::{GrantedRole, Permission};

const HOME: OrganizationId = OrganizationId::from_stored(100_000_000_001);
const OTHER: OrganizationId = OrganizationId::from_stored(100_000_000_002);
const THIRD: OrganizationId = OrganizationId::from_stored(100_000_000_003);

fn granted(organization: Option<OrganizationId>, key: &str) -> GrantedRole {
    GrantedRole { organization, key: Some(key.to_owned()), permissions: Vec::new() }
}

fn row(link: Link, roles: Vec<GrantedRole>) -> CallerRow {
    CallerRow {
        id: PrincipalId::from_stored(200_000_000_001),
        kind: PrincipalKind::User,
        state: PrincipalState::Active,
        organization: Some(HOME),
        organization_name: Some("Home".to_owned()),
        organization_domain: None,
        roles,
        link,
        is_alive: true,
        credential: None,
        is_manager: false,
        account: None,
    }
}

/// A caller whose tie to `acting` is `link`.
fn caller(acting: Option<OrganizationId>, link: Link, roles: Vec<GrantedRole>) -> Caller {
    Caller::confirm(Some(row(link, roles)), acting, &by_roles()).unwrap()
}

#[test]
fn the_effective_organization() {
    let platform = || vec![granted(None, "staff")];
    // A role of the platform that an organization handed out is worth nothing.
    let smuggled = || vec![granted(Some(HOME), "admin")];
    let named = |id| Acting::Named(Some(id));
    // Request, tie, roles: effective organization; with the strict setting the same, or (`None`) refused.
    for (acting, link, roles, wanted, strict) in [
        (Acting::Home, Link::Unknown, vec![], HOME, Some(HOME)),
        (Acting::Home, Link::Below, platform(), HOME, Some(HOME)),
        (Acting::Named(None), Link::Unknown, vec![], HOME, None),
        (Acting::Named(None), Link::Unknown, platform(), HOME, None),
        (named(HOME), Link::Member, vec![], HOME, Some(HOME)),
        (named(HOME), Link::None, vec![], HOME, Some(HOME)),
        (named(HOME), Link::Below, vec![], HOME, Some(HOME)),
        (named(OTHER), Link::Member, vec![], OTHER, Some(OTHER)),
        (named(OTHER), Link::Below, vec![], OTHER, Some(OTHER)),
        (named(OTHER), Link::None, vec![], HOME, None),
        (named(OTHER), Link::None, smuggled(), HOME, None),
        (named(OTHER), Link::None, platform(), OTHER, Some(OTHER)),
        (named(OTHER), Link::Unknown, vec![], HOME, None),
        (named(OTHER), Link::Unknown, platform(), HOME, None),
    ] {
        let shown = format!("{acting:?} {link:?} {roles:?}");
        let caller = caller(acting.id(), link, roles);
        assert_eq!(caller.effective_organization(acting, false), Ok(Some(wanted)), "{shown}");
        let answer = caller.effective_organization(acting, true);
        match strict {
            Some(wanted) => assert_eq!(answer, Ok(Some(wanted)), "strict: {shown}"),
            None => assert_eq!(answer.unwrap_err().kind(), &ErrorKind::Forbidden, "strict: {shown}"),
        }
    }
}

#[test]
fn a_tie_counts_only_for_the_organization_it_was_looked_up_for() {
    let caller = caller(Some(OTHER), Link::Member, Vec::new());
    assert_eq!(caller.effective_organization(Acting::Named(Some(THIRD)), false), Ok(Some(HOME)));
    assert!(caller.effective_organization(Acting::Named(Some(THIRD)), true).is_err());
}

#[test]
fn nobody_without_a_home_gets_one() {
    let homeless = CallerRow { organization: None, ..row(Link::None, Vec::new()) };
    let homeless = Caller::confirm(Some(homeless), Some(OTHER), &by_roles()).unwrap();
    assert_eq!(homeless.effective_organization(Acting::Home, true), Ok(None));
    assert_eq!(homeless.effective_organization(Acting::Named(Some(OTHER)), false), Ok(None));
    assert!(homeless.effective_organization(Acting::Named(Some(OTHER)), true).is_err());
    assert_eq!(homeless.permissions_in(OTHER), Permissions::NONE);
}

#[test]
fn grants_at_home_reach_down_to_linked_accounts_and_nowhere_else() {
    let at_home = || vec![granted(Some(HOME), "org:admin")];
    let can = |caller: &Caller, organization, permission| caller.permissions_in(organization).contains(permission);
    for (link, reaches) in [(Link::Below, true), (Link::Member, false), (Link::None, false), (Link::Unknown, false)] {
        let caller = caller(Some(OTHER), link, at_home());
        assert_eq!(can(&caller, OTHER, Permission::MemberWrite), reaches, "{link:?}");
        assert!(can(&caller, HOME, Permission::MemberWrite), "{link:?}: at home it always counts");
        assert_eq!(caller.permissions_in(THIRD), Permissions::NONE, "{link:?}: an organization not asked for");
    }
}

#[test]
fn grants_in_a_linked_account_add_to_those_at_home() {
    let roles = vec![granted(Some(HOME), "organization:read"), granted(Some(OTHER), "organization:write")];
    let below = caller(Some(OTHER), Link::Below, roles.clone());
    let both = below.permissions_in(OTHER);
    assert!(both.contains(Permission::MemberRead) && both.contains(Permission::MemberWrite));
    assert!(!both.contains(Permission::ServiceAccountManage));
    assert!(!below.permissions_in(HOME).contains(Permission::MemberWrite), "nothing reaches up");
    let member = caller(Some(OTHER), Link::Member, roles);
    assert!(!member.permissions_in(OTHER).contains(Permission::MemberRead));
}

#[test]
fn roles_made_by_callers_count_where_they_were_granted() {
    let custom = |organization| GrantedRole {
        organization,
        key: None,
        permissions: vec!["member.read".to_owned(), "not.a.permission".to_owned()],
    };
    let here = caller(None, Link::Unknown, vec![custom(Some(HOME))]);
    assert_eq!(here.permissions_in(HOME), Permissions::of(&[Permission::MemberRead]));
    let everywhere = caller(None, Link::Unknown, vec![custom(None)]);
    assert_eq!(everywhere.permissions_in(HOME), Permissions::NONE, "only built-in roles hold for the platform");
}

#[test]
fn a_caller_is_alive_and_active_or_refused() {
    let refused = |row: Option<CallerRow>| match Caller::confirm(row, None, &by_roles()).unwrap_err().kind() {
        ErrorKind::Unauthenticated(fault) => *fault,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(None), AuthFault::Invalid);
    let dead = |state| CallerRow { is_alive: false, state, ..row(Link::None, Vec::new()) };
    for state in [PrincipalState::Initial, PrincipalState::Inactive, PrincipalState::Locked] {
        assert_eq!(refused(Some(CallerRow { state, ..row(Link::None, Vec::new()) })), AuthFault::Inactive, "{state:?}");
        // Whose credential is dead learns nothing about the account.
        assert_eq!(refused(Some(dead(state))), AuthFault::Invalid, "{state:?}");
    }
    assert_eq!(refused(Some(dead(PrincipalState::Active))), AuthFault::Invalid);
}
