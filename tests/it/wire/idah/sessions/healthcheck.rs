//! `GET /healthcheck`, `GET /_service`.

use iam_tests::Server;
use serde_json::json;

crate::on_both!(the_store_is_healthy, the_service_names_itself);

fn the_store_is_healthy(server: &Server) {
    for path in ["/healthcheck", "/api/v1/iam/healthcheck"] {
        assert_eq!(server.client().get(path).expect(200).json(), json!({ "sqlite": "OK" }), "{path}");
    }
}

fn the_service_names_itself(server: &Server) {
    for path in ["/_service", "/api/v1/iam/_service"] {
        let answer = server.client().get(path).expect(200);
        assert_eq!(answer.json(), json!({ "service": "iam", "id": answer.header("x-request-id") }), "{path}");
    }
}
