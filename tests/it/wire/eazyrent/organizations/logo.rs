//! `POST` and `DELETE /iam/v1/organizations/logo/`: what is taken and what is refused.

use iam_tests::{Client, Server};
use serde_json::{Value, json};

use crate::wire::eazyrent::person::{Set, machine, only};
use crate::wire::eazyrent::upload::{self, LIMIT, PICTURES, PNG, path_of, png};
use crate::wire::shape;
use crate::wire::tenant::Tenant;

pub const PATH: &str = "/iam/v1/organizations/logo/";
const ME: &str = "/iam/v1/organizations/me/";

crate::on_both!(
    every_format_is_told_by_its_bytes_whatever_the_part_says,
    what_is_no_upload_is_refused_at_the_part,
    of_several_parts_the_named_one_counts,
    a_picture_may_have_524288_bytes_and_not_one_more,
    a_body_that_is_far_too_large_is_not_waited_for,
    every_upload_has_an_address_of_its_own_and_the_old_one_is_gone,
    deleting_may_be_repeated,
    changing_needs_a_role_of_the_write_set,
    deleting_needs_a_role_of_the_write_set,
    rights_are_checked_before_the_body,
    a_slash_at_the_end_makes_no_difference,
);

fn logo(client: &Client) -> Value {
    client.get(ME).expect(200).json()["logo"].clone()
}

fn every_format_is_told_by_its_bytes_whatever_the_part_says(server: &Server) {
    let tenant = Tenant::new(server, "Formats");
    for (bytes, ending, media_type) in PICTURES {
        for named in ["image/png", "image/svg+xml", "application/octet-stream", "text/html", "x"] {
            let answer = upload::post(&tenant.admin, PATH, &[("logo", named, bytes)]).expect(202);
            assert_eq!((answer.header("content-type"), answer.json()), ("application/json", json!(null)));
            let address = logo(&tenant.admin);
            let path = path_of(server, &address);
            assert!(path.ends_with(&format!(".{ending}")), "{path}");
            let (picture, stored) = server.client().get_bytes(path);
            assert_eq!((picture.status, picture.header("content-type")), (200, media_type));
            assert_eq!(stored, bytes);
        }
    }
}

fn what_is_no_upload_is_refused_at_the_part(server: &Server) {
    let tenant = Tenant::new(server, "Refused");
    upload::refuses_what_is_no_upload(&tenant.admin, PATH, "logo");
    assert_eq!(logo(&tenant.admin), json!(null));
    // One that is there stays, and so does its picture.
    upload::post(&tenant.admin, PATH, &[("logo", "image/png", PNG)]).expect(202);
    let before = logo(&tenant.admin);
    upload::refuses_what_is_no_upload(&tenant.admin, PATH, "logo");
    assert_eq!(logo(&tenant.admin), before);
    assert_eq!(server.client().get_bytes(path_of(server, &before)).1, PNG);
}

fn of_several_parts_the_named_one_counts(server: &Server) {
    let tenant = Tenant::new(server, "Parts");
    let (gif, _, _) = PICTURES[2];
    let parts = [("note", "text/plain", &b"hello"[..]), ("file", "image/png", PNG), ("logo", "image/gif", gif)];
    for parts in [parts, [parts[2], parts[0], parts[1]], [parts[1], parts[2], parts[0]]] {
        upload::post(&tenant.admin, PATH, &parts).expect(202);
        assert_eq!(server.client().get_bytes(path_of(server, &logo(&tenant.admin))).1, gif);
    }
}

fn a_picture_may_have_524288_bytes_and_not_one_more(server: &Server) {
    let tenant = Tenant::new(server, "Sizes");
    let largest = png(LIMIT);
    upload::post(&tenant.admin, PATH, &[("logo", "image/png", &largest)]).expect(202);
    let address = logo(&tenant.admin);
    assert!(server.client().get_bytes(path_of(server, &address)).1 == largest);
    shape::detail(&upload::post(&tenant.admin, PATH, &[("logo", "image/png", &png(LIMIT + 1))]).expect(413));
    // Too large before it is no picture.
    shape::detail(&upload::post(&tenant.admin, PATH, &[("logo", "image/png", &vec![b'x'; LIMIT + 1])]).expect(413));
    assert_eq!(logo(&tenant.admin), address);
}

fn a_body_that_is_far_too_large_is_not_waited_for(server: &Server) {
    let tenant = Tenant::new(server, "Announced");
    let token = tenant.seed.api_token(tenant.machine.id);
    // The last one is too large for a number of 32 bits.
    for length in [LIMIT + 1024 * 1024, u32::MAX as usize, 1 << 40] {
        let answer = upload::announce(server, &token, PATH, length);
        assert_eq!(answer.status, 413, "{length}: {answer:?}");
        shape::detail(&answer);
    }
}

fn every_upload_has_an_address_of_its_own_and_the_old_one_is_gone(server: &Server) {
    let tenant = Tenant::new(server, "Addresses");
    let mut seen: Vec<Value> = Vec::new();
    for _ in 0..3 {
        upload::post(&tenant.admin, PATH, &[("logo", "image/png", PNG)]).expect(202);
        let address = logo(&tenant.admin);
        assert!(!seen.contains(&address), "{address}");
        server.client().get_bytes(path_of(server, &address)).0.expect(200);
        for old in &seen {
            shape::detail(&server.client().get(path_of(server, old)).expect(404));
        }
        seen.push(address);
    }
}

fn deleting_may_be_repeated(server: &Server) {
    let tenant = Tenant::new(server, "Deleted");
    let delete = || {
        let answer = tenant.admin.delete(PATH).expect(202);
        assert_eq!((answer.header("content-type"), answer.json()), ("application/json", json!(null)));
        assert_eq!(logo(&tenant.admin), json!(null));
    };
    delete();
    upload::post(&tenant.admin, PATH, &[("logo", "image/png", PNG)]).expect(202);
    let address = logo(&tenant.admin);
    delete();
    shape::detail(&server.client().get(path_of(server, &address)).expect(404));
    delete();
}

fn changing_needs_a_role_of_the_write_set(server: &Server) {
    let tenant = Tenant::new(server, "Writers");
    only(&Set::Write, server, &tenant, 202, |client| upload::post(client, PATH, &[("logo", "image/png", PNG)]));
}

fn deleting_needs_a_role_of_the_write_set(server: &Server) {
    let tenant = Tenant::new(server, "Deleters");
    only(&Set::Write, server, &tenant, 202, |client| client.delete(PATH));
    upload::post(&tenant.admin, PATH, &[("logo", "image/png", PNG)]).expect(202);
    let address = logo(&tenant.admin);
    machine(server, &tenant, &["org:staff"], &[]).delete(PATH).expect(403);
    assert_eq!(logo(&tenant.admin), address);
}

fn rights_are_checked_before_the_body(server: &Server) {
    let tenant = Tenant::new(server, "Order");
    let reader = tenant.seed.machine(tenant.organization, &["org:user"]);
    let token = tenant.seed.api_token(reader.id);
    for (token, status) in [(token.as_str(), 403), ("nothing", 401)] {
        let client = server.client().with("authorization", token);
        shape::detail(&client.post_empty(PATH).expect(status));
        for length in [LIMIT, LIMIT + 1, 1 << 40] {
            shape::detail(&upload::announce(server, token, PATH, length).expect(status));
        }
    }
}

fn a_slash_at_the_end_makes_no_difference(server: &Server) {
    let tenant = Tenant::new(server, "Slashes");
    upload::post(&tenant.admin, PATH.trim_end_matches('/'), &[("logo", "image/png", PNG)]).expect(202);
    assert_ne!(logo(&tenant.admin), json!(null));
    tenant.admin.delete(PATH.trim_end_matches('/')).expect(202);
    assert_eq!(logo(&tenant.admin), json!(null));
}
