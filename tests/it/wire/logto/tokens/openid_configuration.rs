//! `GET /oidc/.well-known/openid-configuration`. What both documents have in common:
//! `tests/it/wire/eazyrent/tokens/openid_configuration.rs`.

use iam_tests::Server;
use serde_json::json;

crate::on_both!(the_oidc_document_describes_its_token_server);

fn the_oidc_document_describes_its_token_server(server: &Server) {
    let issuer = format!("{}/oidc", server.base());
    let document = server.client().get("/oidc/.well-known/openid-configuration").expect(200).json();
    assert_eq!(document["issuer"], json!(issuer));
    assert_eq!(document["token_endpoint"], json!(format!("{issuer}/token")));
    assert_eq!(document["jwks_uri"], json!(format!("{issuer}/jwks")));
    assert_eq!(document["grant_types_supported"], json!(["client_credentials"]));
}
