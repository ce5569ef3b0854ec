//! What lists of organizations can be filtered and sorted by.

use crate::store::query::{Filter, Kind, Sort, Table, Test};

/// Organizations: `o` organization.
pub static ORGANIZATIONS: Table = Table {
    name: "organizations",
    from: "organization o",
    from_joined: "organization o",
    id: "o.id",
    alone: None,
    filters: &[
        ID,
        ID.test("id__in", Test::In),
        NAME,
        NAME.lower("o.name_key").test("name__match", Test::Match),
        CREATED,
        CREATED.test("created_at__gte", Test::AtLeast),
        CREATED.test("created_at__lte", Test::AtMost),
        Filter::equal("updated_at", Kind::Time, "o.updated_at"),
    ],
    sorts: &[
        Sort::by("id", "o.id"),
        Sort::by("name", SHOWN_NAME).nullable(),
        Sort::by("created_at", "o.created_at"),
        Sort::by("updated_at", "o.updated_at"),
    ],
};

/// As the index `organization_by_name` has it.
const SHOWN_NAME: &str = "nullif(o.name, '')";

const ID: Filter = Filter::equal("id", Kind::Integer, "o.id");
const NAME: Filter = Filter::equal("name", Kind::Text, SHOWN_NAME);
const CREATED: Filter = Filter::equal("created_at", Kind::Time, "o.created_at");
