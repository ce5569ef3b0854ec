//! Plans of the statements that lists compile to: what is named here must not become slow unnoticed.

use super::*;
use crate::model::PrincipalId;
use crate::store::paging::Window;
use crate::store::query::{Condition, Operand};
use crate::store::testing::Scratch;

/// Plan of a page of 20 at `offset`: steps that read a table or an index, or sort.
fn plan(scope: &Reach, conditions: &[(&str, Operand)], order: &[(&str, bool)], count: bool) -> Vec<String> {
    let filter = |key: &str| USERS.filters.iter().find(|filter| filter.key == key).unwrap();
    let sort = |key: &str| USERS.sorts.iter().find(|sort| sort.key == key).unwrap();
    let conditions =
        conditions.iter().map(|(key, operand)| Condition { filter: filter(key), operands: vec![operand.clone()] });
    let selection = Selection {
        conditions: conditions.collect(),
        order: order.iter().map(|(key, is_descending)| (sort(key), *is_descending)).collect(),
        window: Window::new(1000, 20),
        count,
    };
    let sql = selected(scope, &selection);
    let rows = Scratch::migrated().connection.run(&format!("EXPLAIN QUERY PLAN {}", sql.text()), sql.params().to_vec());
    rows.unwrap().iter().map(|row| row.text(3).unwrap()).collect()
}

fn text(value: &str) -> Operand {
    Operand::Text(value.to_owned())
}

#[track_caller]
fn has(plan: &[String], wanted: &str) {
    assert!(plan.iter().any(|step| step.contains(wanted)), "no {wanted}: {plan:#?}");
}

/// The rows of the page, up to twenty, are sorted again when their details are there; nothing else may be.
#[track_caller]
fn sorts_the_page_alone(plan: &[String]) {
    let sorts = plan.iter().filter(|step| step.starts_with("USE TEMP B-TREE FOR ORDER BY")).count();
    assert!(sorts <= 1, "{plan:#?}");
}

#[test]
fn pages_in_an_order_with_an_index_read_no_further_than_the_page() {
    for (key, index) in [
        ("id", "USING COVERING INDEX"),
        ("name", "user_by_name"),
        ("email", "sqlite_autoindex_user_2"),
        ("role_name", "user_by_account_role"),
        ("created_at", "principal_by_creation"),
        ("updated_at", "principal_by_update"),
    ] {
        for is_descending in [false, true] {
            let plan = plan(&Reach::All, &[], &[(key, is_descending)], true);
            has(&plan, index);
            // Descending, the ids of equals still rise: of those alone the order is made.
            let sorts = plan.iter().filter(|step| step.starts_with("USE TEMP B-TREE FOR ORDER BY")).count();
            assert!(sorts <= 1, "{key}: {plan:#?}");
        }
    }
}

#[test]
fn what_few_have_is_looked_up() {
    let all = Reach::All;
    has(&plan(&all, &[("email", text("a@b.example"))], &[], true), "SEARCH u USING INDEX sqlite_autoindex_user_2");
    has(&plan(&all, &[("name", text("Ada"))], &[], true), "SEARCH u USING INDEX user_by_name (full_name=?)");
    has(&plan(&all, &[("role_name", text("admin"))], &[], true), "user_by_account_role (<expr>=?)");
    has(&plan(&all, &[("id", Operand::Integer(7))], &[], true), "SEARCH u USING INTEGER PRIMARY KEY (rowid=?)");
    let since = plan(&all, &[("created_at__lte", Operand::Time(1, 1))], &[], true);
    has(&since, "principal_by_creation (kind=? AND created_at<?)");
    let scope = Operand::Object(serde_json::json!({ "org": ["100000000001"] }));
    has(&plan(&all, &[("with_role_scope", scope)], &[], true), "membership");
}

#[test]
fn owners_read_their_members_and_users_their_own_row() {
    let me = PrincipalId::from_stored(1);
    let mine = Reach::Organizations { ids: vec![OrganizationId::from_stored(2)], own: Some(me) };
    let owner = plan(&mine, &[], &[], true);
    has(&owner, "SEARCH u USING INTEGER PRIMARY KEY (rowid=?)");
    has(&owner, "SEARCH membership USING COVERING INDEX membership_in_order (organization_id=? AND kind=?)");
    sorts_the_page_alone(&plan(&Reach::Own(me), &[], &[], false));
}

#[test]
fn who_sees_nearly_everybody_reads_in_the_order_of_the_list() {
    let known = Reach::Acquainted { me: PrincipalId::from_stored(1), knows_role_holders: true };
    for (key, index) in
        [("name", "user_by_name"), ("email", "sqlite_autoindex_user_2"), ("role_name", "user_by_account_role")]
    {
        let plan = plan(&known, &[], &[(key, false)], false);
        has(&plan, index);
        assert!(!plan.iter().any(|step| step.contains("MULTI-INDEX OR")), "{plan:#?}");
    }
}

#[test]
fn a_search_reads_an_index_that_holds_little_else() {
    let search = plan(&Reach::All, &[("name__match", text("ada"))], &[], true);
    has(&search, "USING COVERING INDEX user_search");
    sorts_the_page_alone(&search);
}
