//! An organization that is renamed through one API has the new name in all others, whichever API made it.

use super::story::{Story, Telling};

pub const STORY: Story = Story { name: "organization_renamed", needs: &[], may_lack: &[], tell };

super::through_every_dialect!();

/// The story's API renames what each API has made.
fn tell(told: &Telling<'_>) {
    let api = told.api();
    for maker in told.all() {
        let old = told.name("Old name of an organization");
        let organization = maker.make_organization(&old).unwrap();
        for other in told.all() {
            assert_eq!(other.organization_name(&organization).unwrap(), old, "{} by {}", maker.name(), other.name());
        }
        let new = told.name("Nëw 名 name");
        api.rename_organization(&organization, &new).unwrap();
        for other in told.all() {
            assert_eq!(other.organization_name(&organization).unwrap(), new, "{} by {}", maker.name(), other.name());
        }
    }
}
