//! Lists, a page at a time where the API has pages.

use crate::access::Site;
use crate::request::Prepared;

/// Part of a surname; 42 of the organization with 50 members have it.
const SEARCH: &str = "&q=alle";

/// A page of the Logto API: 20 items, each with its roles where they have some.
fn members(site: &Site<'_>, organization: i64, search: &str) -> Vec<Prepared> {
    let path = format!("/api/organizations/{organization}/users?page=1&page_size=20{search}");
    vec![Prepared::get(path).bearer(site.management()).expecting_items("\"organizationRoles\":", 20)]
}

pub fn members_of_fifty(site: &Site<'_>) -> Vec<Prepared> {
    members(site, site.facts.fifty, "")
}

pub fn members_of_fifty_filtered(site: &Site<'_>) -> Vec<Prepared> {
    members(site, site.facts.fifty, SEARCH)
}

pub fn members_of_largest(site: &Site<'_>) -> Vec<Prepared> {
    members(site, site.facts.largest, "")
}

pub fn members_of_largest_filtered(site: &Site<'_>) -> Vec<Prepared> {
    members(site, site.facts.largest, "&q=castro")
}

pub fn eazyrent_members(site: &Site<'_>) -> Vec<Prepared> {
    let request = Prepared::get("/iam/v1/team/members/").bearer(&site.people()[0]);
    vec![request.expecting_items("\"email\":", 50)]
}

fn account_page(site: &Site<'_>, more: &str) -> Vec<Prepared> {
    let path = format!("/accounts?sort=-created_at&page%5Bsize%5D=20{more}");
    vec![Prepared::get(path).bearer(site.admin()).expecting_items("\"email\":", 20)]
}

pub fn accounts(site: &Site<'_>) -> Vec<Prepared> {
    account_page(site, "")
}

pub fn accounts_filtered(site: &Site<'_>) -> Vec<Prepared> {
    account_page(site, "&filter%5Bname__match%5D=berger")
}

pub fn organizations(site: &Site<'_>) -> Vec<Prepared> {
    let request = Prepared::get("/api/organizations?page=1&page_size=20").bearer(site.management());
    vec![request.expecting_items("\"tenantId\":", 20)]
}
