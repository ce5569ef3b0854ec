//! An upstream that does not answer as it should: 503, and everything stays as it is.

use iam_tests::{Response, Runtime};
use serde_json::json;

use super::provider::Provider;
use super::{OWN, Stage};
use crate::wire::shape;

crate::wire::on_own_servers!(
    another_issuer_than_the_configured_one_is_not_believed,
    a_wrong_secret_is_our_own_affair,
    a_scope_that_is_missing_is_our_own_affair,
    an_upstream_that_has_stopped_changes_nothing,
);

#[track_caller]
fn is_down(answer: Response) {
    let answer = answer.expect(503);
    assert_eq!(answer.header("retry-after"), "30");
    // The cause is for the log.
    assert_eq!(shape::detail(&answer), "The service is busy; try again shortly.");
}

/// The route of members fails and writes nothing.
fn fails(stage: &Stage) {
    let ada = stage.proven("ada@example.org", &[]);
    let before = stage.rows();
    is_down(stage.sync(ada));
    assert_eq!(stage.rows(), before);
}

fn another_issuer_than_the_configured_one_is_not_believed(runtime: Runtime) {
    let provider = Provider::shared();
    let other = provider.issuer.replace("127.0.0.1", "localhost");
    let endpoint = format!("{other}/users?sub={{sub}}&email={{email}}");
    let variables = [
        ("upstream_issuer", other.as_str()),
        ("upstream_allowed_host", other.as_str()),
        ("upstream_user_endpoint", &endpoint),
    ];
    let stage = Stage::with(runtime, provider, &variables);
    fails(&stage);
    let bob = stage.client(stage.person("bob@example.org", &[]));
    is_down(bob.post(OWN, &json!({"access_token": provider.token("bob")})));
}

fn a_wrong_secret_is_our_own_affair(runtime: Runtime) {
    fails(&Stage::with(runtime, Provider::shared(), &[("upstream_client_secret", "test-only-wrong")]));
}

fn a_scope_that_is_missing_is_our_own_affair(runtime: Runtime) {
    fails(&Stage::with(runtime, Provider::shared(), &[("upstream_scope", "")]));
}

fn an_upstream_that_has_stopped_changes_nothing(runtime: Runtime) {
    let provider = Provider::start();
    let stage = Stage::with(runtime, &provider, &[]);
    let ada = stage.proven("ada@example.org", &[]);
    stage.sync(ada).expect(202);
    let token = json!({"access_token": provider.token("ada")});
    drop(provider);
    let before = stage.rows();
    is_down(stage.sync(ada));
    is_down(stage.client(ada).post(OWN, &token));
    assert_eq!(stage.rows(), before);
}
