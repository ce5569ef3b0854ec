//! Uploads by `multipart/form-data`, and pictures to upload.

use iam_tests::client::raw;
use iam_tests::{Client, Response, Server};
use serde_json::Value;

/// First bytes of a PNG.
pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde";
const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xd9";
const GIF: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0!\xf9\x04\0\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
const WEBP: &[u8] = b"RIFF\x1a\0\0\0WEBPVP8L\r\0\0\0/\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0";

/// Pictures of every accepted format with ending and media type.
pub const PICTURES: [(&[u8], &str, &str); 5] = [
    (PNG, "png", "image/png"),
    (JPEG, "jpg", "image/jpeg"),
    (GIF, "gif", "image/gif"),
    (b"GIF87a\x01\0\x01\0\0\0\0;", "gif", "image/gif"),
    (WEBP, "webp", "image/webp"),
];

/// What calls itself a picture, or is none of those accepted.
pub const NO_PICTURES: [&[u8]; 12] = [
    b"",
    b"\n",
    b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>",
    b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>",
    b"<!DOCTYPE html><html><body>\x89PNG\r\n\x1a\n</body></html>",
    b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
    b"BM\x1e\0\0\0\0\0\0\0",
    b"RIFF\x24\0\0\0WAVEfmt ",
    b"GIF88a\x01\0\x01\0",
    b"\x89PNG",
    b" \x89PNG\r\n\x1a\n",
    b"\xff\xd8",
];

/// Most bytes of a picture.
pub const LIMIT: usize = 524_288;

/// A PNG of so many bytes.
pub fn png(length: usize) -> Vec<u8> {
    let mut bytes = PNG.to_vec();
    bytes.resize(length, 0x5a);
    bytes
}

/// A part of a body: field, `Content-Type`, bytes.
pub type Part<'a> = (&'a str, &'a str, &'a [u8]);

const BOUNDARY: &str = "----test-boundary-7MA4YWxk";

/// A body of these parts, each with a file name.
pub fn body(parts: &[Part<'_>]) -> Vec<u8> {
    let mut body = Vec::new();
    for (field, content_type, bytes) in parts {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{field}\"\r\n\
             Content-Type: {content_type}\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

/// The `Content-Type` of such a body.
pub fn content_type() -> String {
    format!("multipart/form-data; boundary={BOUNDARY}")
}

/// POST of these parts.
pub fn post(client: &Client, path: &str, parts: &[Part<'_>]) -> Response {
    client.send("POST", path, Some(&content_type()), &body(parts))
}

/// The answer to an upload of which only the head is sent: so many bytes are to follow. A server that has decided does
/// not wait for them, and a client that went on sending might not get to read the answer.
pub fn announce(server: &Server, authorization: &str, path: &str, length: usize) -> Response {
    let host = server.base().strip_prefix("http://").unwrap();
    let content_type = content_type();
    let request = format!(
        "POST {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: {authorization}\r\ncontent-type: {content_type}\r\n\
         content-length: {length}\r\n\r\n"
    );
    raw(server.base(), request.as_bytes())
}

/// Path of a stored picture, of which the API gives the whole address.
#[track_caller]
pub fn path_of<'a>(server: &Server, address: &'a Value) -> &'a str {
    let text = address.as_str().unwrap_or_else(|| panic!("no address: {address}"));
    let path = text.strip_prefix(server.base()).unwrap_or_else(|| panic!("not of this server: {text}"));
    assert!(path.starts_with("/iam/v1/images/"), "{text}");
    path
}

/// Everything that is no upload of the part `field` must be refused there: not a picture, no such part, no multipart.
#[track_caller]
pub fn refuses_what_is_no_upload(client: &Client, path: &str, field: &str) {
    let at = |kind: &str| vec![(serde_json::json!(["body", field]), kind.to_owned())];
    for bytes in NO_PICTURES {
        for content_type in ["image/png", "image/svg+xml", "application/octet-stream"] {
            let answer = post(client, path, &[(field, content_type, bytes)]);
            assert_eq!(crate::wire::shape::faults(&answer), at("value_error"), "{bytes:?}");
        }
    }
    let missing = |answer: &Response| assert_eq!(crate::wire::shape::faults(answer), at("missing"), "{answer:?}");
    missing(&post(client, path, &[]));
    for wrong in ["picture", "Logo", "FILE", "", "logo[]"] {
        missing(&post(client, path, &[(wrong, "image/png", PNG)]));
    }
    missing(&client.post_empty(path));
    let whole = body(&[(field, "image/png", PNG)]);
    for wrong in ["application/json", "image/png", "application/x-www-form-urlencoded", "multipart/form-data", ""] {
        missing(&client.send("POST", path, Some(wrong), &whole));
    }
    missing(&client.send("POST", path, None, PNG));
    // Breaks off, or is nothing of what its type says.
    for broken in [&whole[..whole.len() - 60], &whole[..40], b"", b"{}", PNG] {
        let answer = client.send("POST", path, Some(&content_type()), broken);
        let found = crate::wire::shape::faults(&answer);
        assert_eq!(found.iter().map(|(loc, _)| loc).collect::<Vec<_>>(), [&serde_json::json!(["body", field])]);
    }
}
