//! What a browser does: cookies kept by name and path, sent where they belong, dropped when they are taken away.

use iam_tests::server::{ADMIN_EMAIL, ADMIN_PASSWORD};
use iam_tests::{Client, Response, Runtime, Server};
use serde_json::json;

use crate::wire::idah::ids;
use crate::wire::idah::logins::fixtures::Cookie;

crate::wire::on_own_servers!(a_stolen_refresh_token_ends_everything, a_browser_forgets_what_is_taken_away);

/// Cookies of one site that is reached without encryption.
#[derive(Default, Clone)]
struct Browser {
    jar: Vec<Cookie>,
}

impl Browser {
    /// A request with the cookies that belong to the path; those of the answer are kept.
    fn ask(&mut self, client: &Client, method: &str, path: &str, body: &str) -> Response {
        let sent: Vec<String> = self
            .jar
            .iter()
            .filter(|cookie| belongs(path, cookie.attribute("path").unwrap()))
            // A site without encryption gets no secure cookies.
            .filter(|cookie| cookie.attribute("secure").is_none())
            .map(|cookie| format!("{}={}", cookie.name, cookie.value))
            .collect();
        let client = if sent.is_empty() { client.clone() } else { client.with("cookie", &sent.join("; ")) };
        let kind = (!body.is_empty()).then_some("application/json");
        let answer = client.send(method, path, kind, body.as_bytes());
        for text in &answer.cookies {
            let cookie = Cookie::read(text);
            let same =
                |other: &Cookie| other.name == cookie.name && other.attribute("path") == cookie.attribute("path");
            self.jar.retain(|other| !same(other));
            if !cookie.is_gone() {
                self.jar.push(cookie);
            }
        }
        answer
    }

    fn get(&mut self, client: &Client, path: &str) -> Response {
        self.ask(client, "GET", path, "")
    }

    fn log_in(&mut self, client: &Client) -> Response {
        let body = json!({ "email": ADMIN_EMAIL, "password": ADMIN_PASSWORD, "cookie": true }).to_string();
        self.ask(client, "POST", "/api/v1/iam/auth/login", &body).expect(200)
    }
}

/// RFC 6265 §5.1.4.
fn belongs(path: &str, to: &str) -> bool {
    path.strip_prefix(to).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']) || to.ends_with('/'))
}

const SESSIONS: &str = "/api/v1/iam/account_sessions";
const REFRESH: &str = "/api/v1/iam/auth/refresh";

fn a_stolen_refresh_token_ends_everything(runtime: Runtime) {
    let server = Server::start_with(runtime, &[("idah_secure_cookies", "false")]);
    let client = server.client();
    let mut browser = Browser::default();
    let login = browser.log_in(&client);
    let account = login.json()["data"]["id"].as_str().unwrap().to_owned();
    let path = format!("{SESSIONS}?filter[account_id]={account}&included[]=account");
    let list = browser.get(&client, &path);
    let [session] = ids(&list)[..] else { panic!("{list:?}") };
    assert_eq!(list.json()["included"][0]["id"], account);
    let mut thief = browser.clone();
    let refreshed = browser.get(&client, REFRESH).expect(200);
    assert_eq!(refreshed.json()["data"]["id"], account);
    assert_eq!(ids(&browser.get(&client, &path)), [session], "the same session");
    // The refresh token from before comes again: nobody knows who is who, so both are out.
    let replay = thief.get(&client, REFRESH).expect(401);
    assert_eq!(replay.json()["errors"][0]["detail"], "Bad uid/refid");
    assert!(thief.jar.iter().all(|cookie| cookie.name != "refresh-token"), "{replay:?}");
    for one in [&mut browser, &mut thief] {
        one.get(&client, &path).expect(401);
        one.get(&client, REFRESH).expect(401);
    }
    assert_eq!(server.seed().count("SELECT count(*) FROM session", vec![]), 0);
    browser.log_in(&client);
    browser.get(&client, &path).expect(200);
}

fn a_browser_forgets_what_is_taken_away(runtime: Runtime) {
    let server = Server::start_with(runtime, &[("idah_secure_cookies", "false")]);
    let client = server.client();
    let mut browser = Browser::default();
    browser.log_in(&client);
    let before = browser.clone();
    browser.get(&client, "/api/v1/iam/auth/logout").expect(204);
    assert!(browser.jar.is_empty());
    // Nor are the old ones of any use.
    for path in [SESSIONS, REFRESH] {
        before.clone().get(&client, path).expect(401);
    }
    assert_eq!(browser.get(&client, SESSIONS).expect(401).json()["errors"][0]["detail"], "unauthorized_access");
}
