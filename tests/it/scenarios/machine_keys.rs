//! A machine is given keys, comes in by them, and is refused once they are revoked.

use super::dialect::{Verb, Why};
use super::story::{Story, Telling};

pub const STORY: Story = Story { name: "machine_keys", needs: &[], may_lack: &[Verb::Machines], tell };

super::through_every_dialect!();

fn tell(told: &Telling<'_>) {
    let api = told.api();
    let organization = api.make_organization(&told.name("Works")).unwrap();
    let machine = api.machine(&organization).unwrap();
    if told.can(Verb::Machines) {
        assert!(api.machines(&organization).unwrap().contains(&machine));
        for other in told.others().filter(|other| other.has(Verb::GuestMachines)) {
            assert!(other.machines(&organization).unwrap().contains(&machine), "{}", other.name());
        }
    }
    let mut left = Vec::new();
    for kind in api.key_kinds() {
        let [one, two] = [0, 1].map(|_| api.make_key(&organization, &machine, kind).unwrap());
        let [first, second] = [&one, &two].map(|key| api.authenticate(&organization, key).unwrap());
        api.act(&first).unwrap();
        api.revoke_key(&organization, &one).unwrap();
        api.refuses(Why::Unauthenticated, api.act(&first));
        api.refuses(Why::WrongLogin, api.authenticate(&organization, &one).map(drop));
        // The other key is none of its business.
        api.act(&second).unwrap();
        api.act(&api.authenticate(&organization, &two).unwrap()).unwrap();
        left.push((two, second));
    }
    if told.can(Verb::Machines) {
        api.delete_machine(&organization, &machine).unwrap();
        for other in told.all().filter(|other| other.has(Verb::Machines)) {
            assert!(!other.machines(&organization).unwrap().contains(&machine), "{}", other.name());
        }
        for (key, session) in &left {
            api.refuses(Why::Unauthenticated, api.act(session));
            assert!(api.authenticate(&organization, key).is_err(), "{}", key.kind);
        }
        api.refuses(Why::Unknown, api.delete_machine(&organization, &machine));
    }
}
