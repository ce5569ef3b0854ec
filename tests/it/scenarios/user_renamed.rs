//! A user who is renamed through one API has the new name in all others, whichever API made the user.

use super::story::{Story, Telling};

pub const STORY: Story = Story { name: "user_renamed", needs: &[], may_lack: &[], tell };

super::through_every_dialect!();

/// The story's API renames whom each API has made.
fn tell(told: &Telling<'_>) {
    let (api, mut faults) = (told.api(), Vec::new());
    for maker in told.all() {
        let organization = maker.make_organization(&told.name("Renamed")).unwrap();
        let user = maker.make_user(&organization, &told.somebody("Ada Lovelace")).unwrap();
        api.rename(&organization, &user, "Grace", "Hopper").unwrap();
        for other in told.all() {
            let seen = other.user(&organization, &user).unwrap();
            assert_eq!(other.member(&organization, &user).unwrap().unwrap(), seen, "{}", other.name());
            if seen.name != "Grace Hopper" {
                let (maker, api, other) = (maker.name(), api.name(), other.name());
                faults.push(format!("made by {maker}, renamed by {api}, in {other}: {:?}", seen.name));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
