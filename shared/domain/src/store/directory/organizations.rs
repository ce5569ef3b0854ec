//! All organizations.

use crate::clock::Millis;
use crate::model::{OrganizationEntry, OrganizationId, Picture, PrincipalId, display_name, name_key};
use crate::params;
use crate::rng::Rng;
use crate::store::db::DbError;
use crate::store::ids::insert_new;
use crate::store::paging::{Page, Window};
use crate::store::tenant::{System, Write};
use crate::store::value::Row;

/// Columns of [`entry`], in its order, of the table under the given alias.
macro_rules! entry_columns {
    ($o:literal) => {
        concat!(
            $o,
            ".id, ",
            $o,
            ".name, ",
            $o,
            ".description, ",
            $o,
            ".custom_data, ",
            $o,
            ".is_mfa_required, ",
            $o,
            ".color, ",
            $o,
            ".branding, ",
            $o,
            ".custom_css, ",
            $o,
            ".created_at"
        )
    };
}
pub(in crate::store) use entry_columns;

/// Number of columns in `entry_columns!`.
pub(in crate::store) const WIDTH: usize = 9;

/// A page of organizations, oldest first. The first argument counts all, the second finds those of the page; ?1 offset,
/// ?2 limit, ?3 whether members are wanted, ?4 what to search for.
macro_rules! list {
    ($total:literal, $filter:literal) => {
        concat!(
            "SELECT t.total, ", entry_columns!("o"), ", \
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
    FIND = concat!("SELECT ", entry_columns!("o"), " FROM organization o WHERE o.id = ?1");
    INSERT = "INSERT INTO organization (id, name, name_key, description, custom_data, is_mfa_required, color, branding, \
        custom_css, pairing_code, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11) \
        ON CONFLICT (id) DO NOTHING RETURNING id";
    UPDATE = "UPDATE organization SET name = ?2, name_key = ?3, description = ?4, custom_data = ?5, \
        is_mfa_required = ?6, color = ?7, branding = ?8, custom_css = ?9, updated_at = ?10 WHERE id = ?1";
    /// Gives the name of the logo in our own store, which nothing points at any more.
    DELETE = "DELETE FROM organization WHERE id = ?1 RETURNING logo_image";
}

/// An organization in a list.
#[derive(Debug, Clone)]
pub struct ListedOrganization {
    /// The organization.
    pub entry: OrganizationEntry,
    /// Its people, where they were asked for.
    pub people: Option<Featured>,
}

/// How many people an organization has, and who some of them are.
#[derive(Debug, Clone)]
pub struct Featured {
    /// Members that are people.
    pub count: i64,
    /// At most three of them.
    pub some: Vec<FeaturedPerson>,
}

/// A person in a few words.
#[derive(Debug, Clone)]
pub struct FeaturedPerson {
    /// Id.
    pub id: PrincipalId,
    /// What the person is called.
    pub name: Option<String>,
    /// Picture.
    pub avatar: Option<Picture>,
}

impl<M> System<'_, M> {
    /// Organizations, oldest first. `search` is in lower case; it is looked for in names and ids.
    pub async fn organization_entries(
        self,
        window: Window,
        search: Option<&str>,
        with_people: bool,
    ) -> Result<Page<ListedOrganization>, DbError> {
        let Window { offset, limit } = window;
        let rows = match search {
            None => self.exec.run(LIST, params![offset, limit, with_people]).await?,
            Some(search) => self.exec.run(SEARCH, params![offset, limit, with_people, search]).await?,
        };
        Page::read(&rows, |row| {
            let count = row.integer_opt(WIDTH + 1)?;
            let people = count.map(|count| Ok::<_, DbError>(Featured { count, some: featured(row, WIDTH + 2)? }));
            Ok(ListedOrganization { entry: entry(row, 1)?, people: people.transpose()? })
        })
    }

    /// One organization.
    pub async fn organization_entry(self, id: OrganizationId) -> Result<Option<OrganizationEntry>, DbError> {
        self.exec.run(FIND, params![id]).await?.first().map(|row| entry(row, 0)).transpose()
    }
}

impl System<'_, Write> {
    /// Makes an organization out of `draft`, whose id and time count for nothing.
    pub async fn insert_organization_entry(
        self,
        draft: &OrganizationEntry,
        pairing_code: &str,
        rng: &dyn Rng,
        now: Millis,
    ) -> Result<OrganizationId, DbError> {
        let params = |id| {
            params![
                id,
                &draft.name,
                name_key(&draft.name),
                draft.description.as_deref(),
                &draft.custom_data,
                draft.is_mfa_required,
                &draft.color,
                &draft.branding,
                draft.custom_css.as_deref(),
                pairing_code,
                now
            ]
        };
        insert_new(self.exec, INSERT, rng, OrganizationId::random, params).await
    }

    /// Stores an edited organization.
    pub async fn update_organization_entry(self, entry: &OrganizationEntry, now: Millis) -> Result<(), DbError> {
        let params = params![
            entry.id,
            &entry.name,
            name_key(&entry.name),
            entry.description.as_deref(),
            &entry.custom_data,
            entry.is_mfa_required,
            &entry.color,
            &entry.branding,
            entry.custom_css.as_deref(),
            now
        ];
        self.exec.run(UPDATE, params).await.map(|_| ())
    }

    /// Removes an organization with everything in it; people and machines stay. `None`: there is none. Else its logo, if
    /// that is in our own store.
    pub async fn delete_organization(self, id: OrganizationId) -> Result<Option<Option<Picture>>, DbError> {
        let rows = self.exec.run(DELETE, params![id]).await?;
        rows.first().map(|row| Ok(Picture::from_stored(row.text_opt(0)?, None))).transpose()
    }
}

/// Reads the columns of `entry_columns!` from `first` on.
pub(in crate::store) fn entry(row: &Row, first: usize) -> Result<OrganizationEntry, DbError> {
    Ok(OrganizationEntry {
        id: OrganizationId::from_stored(row.integer(first)?),
        name: row.text(first + 1)?,
        description: row.text_opt(first + 2)?,
        custom_data: row.object(first + 3)?,
        is_mfa_required: row.boolean(first + 4)?,
        color: row.object(first + 5)?,
        branding: row.object(first + 6)?,
        custom_css: row.text_opt(first + 7)?,
        created_at: row.integer(first + 8)?,
    })
}

type FeaturedRow = (i64, Option<String>, Option<String>, Option<String>, Option<String>, Option<String>);

pub(in crate::store) fn featured(row: &Row, column: usize) -> Result<Vec<FeaturedPerson>, DbError> {
    let rows: Vec<FeaturedRow> = row.list(column)?;
    let person = |(id, chosen, first, last, image, url): FeaturedRow| FeaturedPerson {
        id: PrincipalId::from_stored(id),
        name: display_name(chosen.as_deref(), first.as_deref(), last.as_deref()),
        avatar: Picture::from_stored(image, url),
    };
    Ok(rows.into_iter().map(person).collect())
}
