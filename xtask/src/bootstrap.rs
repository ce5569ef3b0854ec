//! The first superadmin and the first machine client: when to make them, and how to show them.

use std::path::Path;

use anyhow::{Result, bail};
use serde_json::Value;

use crate::http;
use crate::marker::Marker;
use crate::secrets::Credentials;

/// Where credentials come from in this start.
pub enum Plan {
    /// Made now, handed to the host and shown once.
    Generate(Credentials),
    /// The user set `bootstrap_*` variables.
    Given,
    /// Made and shown by an earlier start, for this client id.
    Shown(String),
    /// The database was made without us, for instance by `spin up`.
    Foreign,
}

/// Decides for a state folder, the `--variable` arguments and the names in the environment.
pub fn plan(state_dir: &Path, variables: &[String], environment: impl IntoIterator<Item = String>) -> Result<Plan> {
    let from_environment = environment.into_iter().any(|name| {
        name.strip_prefix("SPIN_VARIABLE_").is_some_and(|name| names_credentials(&name.to_ascii_lowercase()))
    });
    if from_environment || variables.iter().any(|variable| sets_credentials(variable)) {
        return Ok(Plan::Given);
    }
    let has_database = state_dir.join("sqlite_db.db").exists();
    Ok(match Marker::read(state_dir)? {
        Marker::Shown(client_id) if has_database => Plan::Shown(client_id),
        Marker::None if has_database => Plan::Foreign,
        _ => Plan::Generate(Credentials::generate()?),
    })
}

fn sets_credentials(variable: &str) -> bool {
    match variable.strip_prefix('@') {
        // A file that cannot be read is the host's to complain about.
        Some(file) => std::fs::read_to_string(file)
            .is_ok_and(|text| text.contains("bootstrap_admin_") || text.contains("bootstrap_client_")),
        None => names_credentials(variable),
    }
}

fn names_credentials(name: &str) -> bool {
    name.starts_with("bootstrap_admin_") || name.starts_with("bootstrap_client_")
}

/// What the token endpoint answered. Not `Debug`: secret.
pub struct TokenAnswer {
    /// Status.
    pub status: u16,
    /// Access token, if there is one.
    pub token: Option<String>,
    /// The whole body.
    pub body: String,
}

/// Asks for a token with the client.
pub fn token(authority: &str, credentials: &Credentials) -> Result<TokenAnswer> {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", credentials.client_id.as_str()),
        ("client_secret", credentials.client_secret.as_str()),
    ];
    let (status, body) = http::post_form(authority, "/oauth/v2/token", &form)?;
    let json = serde_json::from_str::<Value>(&body).ok();
    let token = json.as_ref().and_then(|json| json.get("access_token")?.as_str());
    Ok(TokenAnswer { status, token: token.map(str::to_owned), body })
}

/// Asks for a token with the new client. The application makes the credentials on its first
/// request, so this both triggers and proves it.
pub fn prove(authority: &str, credentials: &Credentials) -> Result<()> {
    let TokenAnswer { status, token, body } = token(authority, credentials)?;
    match (status, token) {
        (200, Some(_)) => Ok(()),
        (401, _) => bail!(
            "the new credentials are refused: this database already has its first administrator, \
             made by a start that ended before it could show them. If nothing else is in it, \
             remove the state folder and start again"
        ),
        _ => {
            let body = body.trim().replace('\n', " ");
            bail!("POST /oauth/v2/token answered {status} instead of a token: {body}")
        }
    }
}

/// What is printed once.
pub fn announcement(base: &str, new: &Credentials) -> String {
    format!(
        "\n  base URL         {base}\n  admin e-mail     {}\n  admin password   {}\n  \
         client id        {}\n  client secret    {}\n\n\
         Shown this once: the database has only their hashes. Try it:\n\n{}\n",
        new.admin_email,
        new.admin_password,
        new.client_id,
        new.client_secret,
        example(base, new)
    )
}

/// One line for a shell that has curl and sed: a token, then the first answer.
fn example(base: &str, new: &Credentials) -> String {
    format!(
        "curl -s {base}/iam/v1/users/me/ -H \"Authorization: Bearer $(curl -s {base}/oauth/v2/token \
         -d grant_type=client_credentials -d client_id={} -d client_secret={} \
         | sed 's/.*\"access_token\" *: *\"\\([^\"]*\\)\".*/\\1/')\"",
        new.client_id, new.client_secret
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("xtask-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn kind(state_dir: &Path, variables: &[&str], environment: &[&str]) -> &'static str {
        let variables: Vec<_> = variables.iter().map(ToString::to_string).collect();
        let environment = environment.iter().map(ToString::to_string);
        match plan(state_dir, &variables, environment).unwrap() {
            Plan::Generate(_) => "generate",
            Plan::Given => "given",
            Plan::Shown(_) => "shown",
            Plan::Foreign => "foreign",
        }
    }

    #[test]
    fn credentials_are_made_once_and_only_for_a_new_database() {
        let state = folder("plan");
        assert_eq!(kind(&state, &[], &[]), "generate");
        Marker::write_pending(&state).unwrap();
        std::fs::write(state.join("sqlite_db.db"), "").unwrap();
        assert_eq!(kind(&state, &[], &[]), "generate");
        Marker::write_shown(&state, "1").unwrap();
        assert_eq!(kind(&state, &[], &[]), "shown");
        std::fs::remove_file(state.join("sqlite_db.db")).unwrap();
        assert_eq!(kind(&state, &[], &[]), "generate");
        std::fs::remove_dir_all(state).unwrap();
    }

    #[test]
    fn a_database_of_somebody_else_is_left_alone() {
        let state = folder("foreign");
        std::fs::write(state.join("sqlite_db.db"), "").unwrap();
        assert_eq!(kind(&state, &[], &[]), "foreign");
        std::fs::remove_dir_all(state).unwrap();
    }

    #[test]
    fn the_user_s_own_credentials_win() {
        let state = folder("given");
        assert_eq!(kind(&state, &["bootstrap_client_id=1"], &[]), "given");
        let named = ["SPIN_VARIABLE_BOOTSTRAP_ADMIN_EMAIL"];
        assert_eq!(kind(&state, &[], &named), "given");
        let file = state.join("v.toml");
        std::fs::write(&file, "bootstrap_admin_email = \"a@b.c\"").unwrap();
        let from_file = format!("@{}", file.display());
        assert_eq!(kind(&state, &[&from_file], &[]), "given");
        // The organization's name is not a credential.
        assert_eq!(kind(&state, &["bootstrap_organization=X"], &[]), "generate");
        std::fs::remove_dir_all(state).unwrap();
    }

    #[test]
    fn the_example_reads_the_token_with_sed() {
        let new = Credentials::generate().unwrap();
        let line = example("http://h:1", &new);
        let sed = line.split("sed ").nth(1).unwrap().split(')').next_back();
        assert!(sed.is_some());
        let script = line.split("| sed '").nth(1).unwrap();
        let script = script.split('\'').next().unwrap();
        let answer = r#"{"access_token": "abc.d-_e", "token_type":"Bearer"}"#;
        let output = std::process::Command::new("sh")
            .args(["-c", "printf %s \"$1\" | sed \"$2\"", "sh", answer, script])
            .output()
            .unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap().trim(), "abc.d-_e");
    }
}
