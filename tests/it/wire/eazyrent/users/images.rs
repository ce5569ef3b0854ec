//! `GET /iam/v1/images/{name}`.

use iam_tests::{Client, Server};
use serde_json::Value;

use crate::wire::eazyrent::upload::{self, PICTURES, PNG, path_of};
use crate::wire::shape;
use crate::wire::tenant::Tenant;

const LOGO: &str = "/iam/v1/organizations/logo/";

crate::on_both!(
    everybody_sees_a_picture_and_no_browser_runs_it,
    it_may_be_kept_for_ever_by_everybody,
    who_has_it_is_not_sent_it_again,
    head_tells_of_it_without_sending_it,
    what_was_never_uploaded_is_not_found,
    pictures_are_only_read_here,
);

/// Uploads a logo and gives its path.
fn stored(server: &Server, tenant: &Tenant, bytes: &[u8]) -> String {
    upload::post(&tenant.admin, LOGO, &[("logo", "text/html", bytes)]).expect(202);
    let address: Value = tenant.admin.get("/iam/v1/organizations/me/").expect(200).json()["logo"].clone();
    path_of(server, &address).to_owned()
}

fn everybody_sees_a_picture_and_no_browser_runs_it(server: &Server) {
    let tenant = Tenant::new(server, "Public");
    for (bytes, _, media_type) in PICTURES {
        let path = stored(server, &tenant, bytes);
        let nobody = server.client();
        for client in
            [nobody.clone(), nobody.bearer("x"), nobody.with("authorization", "Basic !"), tenant.admin.clone()]
        {
            let (answer, found) = client.get_bytes(&path);
            let answer = answer.expect(200);
            assert_eq!(found, bytes);
            assert_eq!(answer.header("content-type"), media_type);
            assert_eq!(answer.header("content-length"), bytes.len().to_string());
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            let policy = answer.header("content-security-policy");
            assert!(policy.contains("default-src 'none'") && policy.contains("sandbox"), "{policy}");
            assert_eq!(answer.header("cross-origin-resource-policy"), "cross-origin");
            assert!(!answer.headers.contains_key("set-cookie"), "{answer:?}");
        }
    }
}

fn it_may_be_kept_for_ever_by_everybody(server: &Server) {
    let tenant = Tenant::new(server, "Cached");
    let (answer, _) = server.client().get_bytes(&stored(server, &tenant, PNG));
    let directives: Vec<&str> = answer.header("cache-control").split(", ").collect();
    for wanted in ["public", "immutable", "max-age=31536000"] {
        assert!(directives.contains(&wanted), "{directives:?}");
    }
    assert!(!directives.contains(&"no-store"), "{directives:?}");
    let tag = answer.header("etag");
    assert!(tag.len() > 2 && tag.starts_with('"') && tag.ends_with('"'), "{tag}");
    // A picture that is gone is not kept.
    let path = stored(server, &tenant, PNG);
    tenant.admin.delete(LOGO).expect(202);
    assert_eq!(server.client().get(&path).expect(404).header("cache-control"), "no-store");
}

fn who_has_it_is_not_sent_it_again(server: &Server) {
    let tenant = Tenant::new(server, "Known");
    let path = stored(server, &tenant, PNG);
    let full = server.client().get_bytes(&path).0.expect(200);
    let tag = full.header("etag").to_owned();
    let with = |known: &str| -> Client { server.client().with("if-none-match", known) };
    for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), format!("\"a\",W/{tag} , \"b\"")] {
        let (answer, bytes) = with(&known).get_bytes(&path);
        let answer = answer.expect(304);
        assert!(bytes.is_empty());
        for absent in ["content-length", "content-type", "transfer-encoding"] {
            assert!(!answer.headers.contains_key(absent), "{absent}: {answer:?}");
        }
        // RFC 9110 §15.4.5: what a 200 would have said of caching.
        for same in ["etag", "cache-control"] {
            assert_eq!(answer.header(same), full.header(same));
        }
    }
    for other in ["\"other\"", "", "x", &tag.replace('"', ""), "\"\""] {
        let (answer, bytes) = with(other).get_bytes(&path);
        assert_eq!((answer.status, bytes.as_slice()), (200, PNG), "{other}");
    }
    // Nobody has what is gone.
    tenant.admin.delete(LOGO).expect(202);
    with(&tag).get(&path).expect(404);
}

fn head_tells_of_it_without_sending_it(server: &Server) {
    let tenant = Tenant::new(server, "Head");
    let path = stored(server, &tenant, PNG);
    let answer = server.client().head(&path).expect(200);
    assert_eq!(answer.body, "");
    let full = server.client().get_bytes(&path).0;
    for same in ["content-type", "content-length", "etag", "cache-control", "content-security-policy"] {
        assert_eq!(answer.header(same), full.header(same));
    }
}

fn what_was_never_uploaded_is_not_found(server: &Server) {
    let tenant = Tenant::new(server, "Unknown");
    let path = stored(server, &tenant, PNG);
    let (name, _) = path.rsplit_once('/').unwrap().1.split_once('.').unwrap();
    let (none, upper) = ("a".repeat(32), name.to_uppercase());
    for unknown in [
        format!("{none}.png"),
        // Not under another format, and only as it is spelt.
        format!("{name}.gif"),
        format!("{name}.jpg"),
        format!("{name}.jpeg"),
        format!("{name}.PNG"),
        format!("{name}.png.png"),
        format!("{name}."),
        name.to_owned(),
        format!("{upper}.png"),
        format!("{name}.png%00"),
        format!("..%2F{name}.png"),
        "..%2F..%2Fetc%2Fpasswd".to_owned(),
        "%2e%2e".to_owned(),
        "x.png".to_owned(),
        ".png".to_owned(),
        "%FF.png".to_owned(),
        "x".repeat(4000),
    ] {
        shape::detail(&server.client().get(&format!("/iam/v1/images/{unknown}")).expect(404));
    }
    server.client().get("/iam/v1/images/").expect(404);
}

fn pictures_are_only_read_here(server: &Server) {
    let tenant = Tenant::new(server, "Read only");
    let path = stored(server, &tenant, PNG);
    for method in ["POST", "PUT", "PATCH", "DELETE"] {
        shape::detail(&tenant.admin.send(method, &path, Some("image/png"), PNG).expect(405));
    }
    assert_eq!(server.client().get_bytes(&path).1, PNG);
}
