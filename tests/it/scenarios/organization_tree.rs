//! An organization has a child: who sees it, who works in it, and that neither is left once the link is cut.

use std::slice::from_ref;

use super::dialect::{Verb, Why};
use super::story::{Story, Telling};

pub const STORY: Story =
    Story { name: "organization_tree", needs: &[Verb::Children, Verb::AdministerOne], may_lack: &[], tell };

super::through_every_dialect!();

fn tell(told: &Telling<'_>) {
    let api = told.api();
    let parent = api.make_organization(&told.name("Parent")).unwrap();
    let stranger = api.make_organization(&told.name("Stranger")).unwrap();
    let [above, beside] = [&parent, &stranger].map(|organization| api.administrator(organization));
    let name = told.name("Child");
    let child = above.make_child(&parent, &name).unwrap();
    let grandchild = above.make_child(&child, &told.name("Grandchild")).unwrap();

    // Whatever an API knows of links, the child is an organization in it.
    for other in told.all() {
        assert_eq!(other.organization_name(&child).unwrap(), name, "{}", other.name());
    }
    assert_eq!(above.children(&parent).unwrap(), from_ref(&child.id), "right below alone");
    assert_eq!(beside.children(&stranger).unwrap(), [""; 0]);

    // Who administers the parent works in what is below; nobody beside or below sees anything of it.
    // The first person in an organization may come to administer it, and is not locked out then.
    above.let_in(&child, &told.somebody("William King")).unwrap();
    let user = above.let_in(&child, &told.somebody("Charles Babbage")).unwrap();
    let deep = above.let_in(&grandchild, &told.somebody("Annabella Milbanke")).unwrap();
    assert!(above.member(&child, &user).unwrap().is_some());
    assert_eq!(above.member(&parent, &user).unwrap(), None, "a member of the child, not of the parent");
    above.lock(&child, &user).unwrap();
    above.unlock(&child, &user).unwrap();
    beside.refuses(Why::Unknown, beside.user(&child, &user));
    beside.refuses(Why::Unknown, beside.lock(&child, &user));
    let below = api.administrator(&child);
    assert_eq!(below.children(&child).unwrap(), from_ref(&grandchild.id));
    let above_child = api.let_in(&parent, &told.somebody("George Byron")).unwrap();
    below.refuses(Why::Unknown, below.user(&parent, &above_child));
    below.refuses(Why::Unknown, below.remove(&parent, &above_child));
    // An owner of the parent in an API without links does not come to the child.
    for other in told.others().filter(|other| other.has(Verb::AdministerOne)) {
        let owner = other.administrator(&parent);
        assert_eq!(owner.member(&child, &user).unwrap(), None, "{}", other.name());
        owner.refuses(Why::Unknown, owner.user(&child, &user));
        owner.refuses(Why::Unknown, owner.organization_name(&child));
    }

    above.unlink(&parent, &child).unwrap();
    assert_eq!(above.children(&parent).unwrap(), [""; 0]);
    for (organization, user) in [(&child, &user), (&grandchild, &deep)] {
        above.refuses(Why::Unknown, above.user(organization, user));
        above.refuses(Why::Unknown, above.lock(organization, user));
        assert_eq!(above.member(organization, user).unwrap(), None);
    }
    // The child goes on as it was.
    assert!(below.member(&child, &user).unwrap().is_some());
    assert_eq!(below.children(&child).unwrap(), from_ref(&grandchild.id));
}
