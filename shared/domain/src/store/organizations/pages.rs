//! Pages of all organizations, oldest first, with some of their users.

use super::read::{WHOLE_WIDTH, whole, whole_columns};
use crate::model::{Organization, Picture, PrincipalId, display_name};
use crate::params;
use crate::store::db::DbError;
use crate::store::paging::{Page, Window};
use crate::store::tenant::System;
use crate::store::value::Row;

/// A page of organizations, oldest first. The first argument counts all, the second finds those of the page; ?1 offset,
/// ?2 limit, ?3 whether members are wanted, ?4 what to search for.
macro_rules! list {
    ($total:literal, $filter:literal) => {
        concat!(
            "SELECT t.total, ", whole_columns!(), ", \
             CASE WHEN ?3 THEN ifnull((SELECT members FROM member_tally \
               WHERE organization_id = o.id AND kind = 'user'), 0) END, \
             CASE WHEN ?3 THEN (SELECT json_group_array(json_array(u.id, u.display_name, u.first_name, u.last_name, \
                 u.avatar_image, u.avatar_url)) FROM (SELECT principal_id FROM membership \
                   WHERE organization_id = o.id AND kind = 'user' ORDER BY created_at, principal_id LIMIT 3) m \
               JOIN user u ON u.id = m.principal_id) END \
             FROM (", $total, ") t \
             LEFT JOIN (SELECT id, created_at FROM organization ", $filter, " ORDER BY created_at, id LIMIT ?2 OFFSET ?1) \
               page ON true \
             LEFT JOIN organization o ON o.id = page.id ORDER BY page.created_at, page.id"
        )
    };
}

statements! {
    LIST = list!("SELECT number AS total FROM tally WHERE what = 'organization'", "");
    SEARCH = list!(
        "SELECT count(*) AS total FROM organization WHERE instr(name_key, ?4) OR instr(id, ?4)",
        "WHERE instr(name_key, ?4) OR instr(id, ?4)"
    );
}

/// An organization in a list.
#[derive(Debug, Clone)]
pub struct ListedOrganization {
    /// The organization, with its data.
    pub organization: Organization,
    /// Its users, where they were asked for.
    pub users: Option<Featured>,
}

/// How many users an organization has, and who some of them are.
#[derive(Debug, Clone)]
pub struct Featured {
    /// Members that are users.
    pub count: i64,
    /// At most three of them.
    pub some: Vec<FeaturedUser>,
}

/// A user in a few words.
#[derive(Debug, Clone)]
pub struct FeaturedUser {
    /// Id.
    pub id: PrincipalId,
    /// What the user is called.
    pub name: Option<String>,
    /// Picture.
    pub avatar: Option<Picture>,
}

impl<M> System<'_, M> {
    /// Organizations, oldest first. `search` is in lower case; it is looked for in names and ids.
    pub async fn organization_pages(
        self,
        window: Window,
        search: Option<&str>,
        with_users: bool,
    ) -> Result<Page<ListedOrganization>, DbError> {
        let Window { offset, limit } = window;
        let rows = match search {
            None => self.exec.run(LIST, params![offset, limit, with_users]).await?,
            Some(search) => self.exec.run(SEARCH, params![offset, limit, with_users, search]).await?,
        };
        Page::read(&rows, |row| {
            let count = row.integer_opt(1 + WHOLE_WIDTH)?;
            let users = count.map(|count| Ok::<_, DbError>(Featured { count, some: featured(row, 2 + WHOLE_WIDTH)? }));
            Ok(ListedOrganization { organization: whole(row, 1)?, users: users.transpose()? })
        })
    }
}

type FeaturedRow = (i64, Option<String>, Option<String>, Option<String>, Option<String>, Option<String>);

pub(in crate::store) fn featured(row: &Row, column: usize) -> Result<Vec<FeaturedUser>, DbError> {
    let rows: Vec<FeaturedRow> = row.list(column)?;
    let user = |(id, chosen, first, last, image, url): FeaturedRow| FeaturedUser {
        id: PrincipalId::from_stored(id),
        name: display_name(chosen.as_deref(), first.as_deref(), last.as_deref()),
        avatar: Picture::from_stored(image, url),
    };
    Ok(rows.into_iter().map(user).collect())
}
