//! How far callers reach, as a condition.

use crate::model::{PrincipalId, json_list};
use crate::policy::Reach;
use crate::store::query::Sql;

/// Appends the condition that `u`, the user, is within `reach`.
pub(super) fn append(sql: &mut Sql, reach: &Reach) {
    match reach {
        Reach::All => {
            sql.push("true");
        }
        Reach::Acquainted { me, knows_role_holders: true } => {
            // Nearly everybody: with the plus signs no index is looked for by this, but by what the list is sorted by.
            sql.push("(+u.account_role IS NOT NULL OR +");
            acquainted(sql, *me);
            sql.push(")");
        }
        Reach::Acquainted { me, knows_role_holders: false } => acquainted(sql, *me),
        Reach::Organizations { ids, own } => {
            sql.push("u.id IN (");
            if let Some(me) = own {
                sql.push("SELECT ").bind(*me).push(" UNION ");
            }
            sql.push("SELECT principal_id FROM membership ");
            sql.push("WHERE kind = 'user' AND organization_id IN (SELECT value FROM json_each(");
            sql.bind(json_list(ids)).push(")))");
        }
        Reach::Own(me) => {
            sql.push("u.id = ").bind(*me);
        }
        Reach::Nothing => {
            sql.push("false");
        }
    }
}

fn acquainted(sql: &mut Sql, me: PrincipalId) {
    sql.push("u.id IN (SELECT ").bind(me).push(" UNION SELECT m.principal_id FROM membership mine ");
    sql.push("JOIN membership m ON m.organization_id = mine.organization_id AND m.kind = 'user' ");
    sql.push("WHERE mine.principal_id = ").bind(me).push(")");
}
