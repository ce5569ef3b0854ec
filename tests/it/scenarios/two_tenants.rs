//! Nothing of an organization is seen or changed from another one.

use super::dialect::{Dialect, Organization, Seen, User, Verb, Why};
use super::story::{Story, Telling};

pub const STORY: Story =
    Story { name: "two_tenants", needs: &[], may_lack: &[Verb::AdministerOne, Verb::DeleteOrganization], tell };

super::through_every_dialect!();

/// One of the two.
struct Side {
    organization: Organization,
    user: User,
}

/// What is there to be seen of a side, as every API has it.
fn state(told: &Telling<'_>, side: &Side) -> Vec<(String, Vec<Seen>)> {
    let see = |api: &dyn Dialect| {
        (api.organization_name(&side.organization).unwrap(), api.members(&side.organization).unwrap())
    };
    told.all().map(see).collect()
}

fn tell(told: &Telling<'_>) {
    let api = told.api();
    let side = |name: &str| {
        let organization = api.make_organization(&told.name(name)).unwrap();
        let user = api.let_in(&organization, &told.somebody("Some Member")).unwrap();
        Side { organization, user }
    };
    let (own, foreign) = (side("Own"), side("Foreign"));
    let role = api.some_role().unwrap();
    let before = state(told, &foreign);

    // Named below its organization, nobody of the other one is found, whoever asks.
    assert!(api.member(&own.organization, &own.user).unwrap().is_some());
    assert_eq!(api.member(&own.organization, &foreign.user).unwrap(), None);
    let own_before = state(told, &own);

    if told.can(Verb::AdministerOne) {
        let administrator = api.administrator(&own.organization);
        assert!(administrator.member(&own.organization, &own.user).unwrap().is_some(), "the counterpart");
        administrator.user(&own.organization, &own.user).unwrap();
        for organization in [&own.organization, &foreign.organization] {
            assert_eq!(administrator.member(organization, &foreign.user).unwrap(), None);
            let them = &foreign.user;
            administrator.refuses(Why::Unknown, administrator.user(organization, them));
            administrator.refuses(Why::Unknown, administrator.rename(organization, them, "Changed", "Name"));
            administrator.refuses(Why::Unknown, administrator.lock(organization, them));
            administrator.refuses(Why::Unknown, administrator.remove(organization, them));
            administrator.refuses(Why::Unknown, administrator.roles(organization, them));
            administrator.refuses(Why::Unknown, administrator.give_role(organization, them, &role));
        }
    } else {
        // Whoever manages all organizations still does in each what was said of that one.
        let (here, them) = (&own.organization, &foreign.user);
        api.refuses(Why::Unknown, api.remove(here, them));
        api.refuses(Why::Unknown, api.roles(here, them));
        api.refuses(Why::Unknown, api.give_role(here, them, &role));
        assert_eq!(state(told, &own), own_before);
    }
    assert_eq!(state(told, &foreign), before);

    if told.can(Verb::DeleteOrganization) {
        api.delete_organization(&own.organization).unwrap();
        for other in told.all().filter(|other| other.has(Verb::DeleteOrganization)) {
            other.refuses(Why::Unknown, other.organization_name(&own.organization));
        }
        assert_eq!(state(told, &foreign), before);
    }
}
