//! The rights matrix: a text that is reviewed, and that the running server must agree with.
//!
//! `EDGE_IAM_UPDATE_RIGHTS=1` writes tests/rights-matrix.txt anew; read the difference before you commit it.

use std::fmt::Write;

use iam_domain::policy::{ApiPermission, BUILTIN_ROLES, BuiltinRole, Permission, RoleReach};
use iam_tests::{Client, Response, Runtime, Server};
use iam_wire::Need;

use crate::coverage::{Served, routes};
use crate::wire::idah;
use crate::wire::tenant::{Tenant, client_of};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/rights-matrix.txt");

/// A grid: a legend of the columns, then a row of `x` and `.` for each name.
fn grid(text: &mut String, columns: &[String], rows: &[(String, Vec<bool>)]) {
    let letters: Vec<char> = ('a'..='z').chain('A'..='Z').collect();
    assert!(columns.len() <= letters.len(), "more columns than letters");
    for (letter, column) in letters.iter().zip(columns) {
        writeln!(text, "  {letter}  {column}").unwrap();
    }
    let head: String = letters.iter().take(columns.len()).flat_map(|letter| [' ', *letter]).collect();
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default() + 1;
    writeln!(text, "\n  {:<width$}{head}", "").unwrap();
    for (name, cells) in rows {
        let cells: String = cells.iter().map(|cell| if *cell { " x" } else { " ." }).collect();
        writeln!(text, "  {name:<width$}{cells}").unwrap();
    }
}

fn permissions(text: &mut String) {
    let columns: Vec<String> = Permission::ALL.iter().map(|permission| permission.as_str().to_owned()).collect();
    let cells = |role: &BuiltinRole| Permission::ALL.iter().map(|one| role.permissions.contains(*one)).collect();
    let name = |role: &BuiltinRole| match role.reach {
        RoleReach::Platform => format!("{} *", role.key),
        RoleReach::Organization | RoleReach::Account => role.key.to_owned(),
    };
    let rows: Vec<(String, Vec<bool>)> = BUILTIN_ROLES.iter().map(|role| (name(role), cells(role))).collect();
    writeln!(text, "Permissions of the built-in roles (* counts in every organization)\n").unwrap();
    grid(text, &columns, &rows);
}

/// A client that holds nothing but `role`: a machine, or an account where the role is one of accounts.
fn holder(server: &Server, tenant: &Tenant, role: Option<&BuiltinRole>) -> Client {
    if let Some(role) = role.filter(|role| role.reach == RoleReach::Account) {
        return account(server, tenant, role.key.trim_start_matches("account:"));
    }
    let machine = tenant.seed.machine(tenant.organization, &[]);
    match role.map(|role| (role.key, role.reach)) {
        None => {}
        Some((key, RoleReach::Platform)) => tenant.seed.grant(None, machine.id, key),
        Some((_, RoleReach::Account)) => unreachable!("see above"),
        Some((key, RoleReach::Organization)) => tenant.seed.grant(Some(tenant.organization), machine.id, key),
    }
    client_of(server, &machine)
}

/// A client of an account with this role, which owns the organization if it is an owner.
fn account(server: &Server, tenant: &Tenant, role: &str) -> Client {
    match role {
        // It logs in with keys alone; this one may do whatever a key may.
        "api_service" => {
            let all: Vec<&str> = ApiPermission::ALL.iter().map(|permission| permission.as_str()).collect();
            idah::key_caller(server, &all, "all", &[])
        }
        "org_owner" => idah::caller(server, role, &[tenant.organization]).client,
        _ => idah::caller(server, role, &[]).client,
    }
}

/// The answer to the request of a route. Where what is wrong with the input comes before the right to it, nothing is.
fn answer(served: &Served, client: &Client) -> Response {
    match served.dialect {
        "idah" => {
            let body = idah::body(served.route.op).to_string();
            client.send(served.route.method.as_str(), &served.path, Some(idah::DOCUMENT), body.as_bytes())
        }
        _ => served.send(client),
    }
}

fn operations(text: &mut String, server: &Server) {
    let tenant = Tenant::new(server, "Rights");
    let (public, guarded): (Vec<Served>, Vec<Served>) =
        routes().into_iter().partition(|served| served.route.need == Need::Public);
    let line =
        |served: &Served| format!("{:<52}{:<7}{}", served.route.op, served.route.method.as_str(), served.route.path);
    // A client each, as one of the operations ends the login.
    let opened = |client: &dyn Fn() -> Client| -> Vec<bool> {
        let is_open = |served: &Served| {
            let status = answer(served, &client()).status;
            assert!(status < 500, "{}: {status}", served.route.op);
            !matches!(status, 401 | 403)
        };
        guarded.iter().map(is_open).collect()
    };
    let always = |client: Client| move || client.clone();
    let column = |name: &str, role: Option<&BuiltinRole>| {
        let cells = match role {
            Some(role) if role.reach == RoleReach::Account => opened(&|| holder(server, &tenant, Some(role))),
            _ => opened(&always(holder(server, &tenant, role))),
        };
        (name.to_owned(), cells)
    };
    let mut columns = vec![("(no credential)".to_owned(), opened(&always(server.client()))), column("(no role)", None)];
    columns.push(("(scope all)".to_owned(), opened(&always(server.manager()))));
    columns.push(("account:user".to_owned(), opened(&|| account(server, &tenant, "user"))));
    columns.extend(BUILTIN_ROLES.iter().map(|role| column(role.key, Some(role))));
    let cells = |index: usize| columns.iter().map(|(_, cells)| cells[index]).collect();
    let rows: Vec<(String, Vec<bool>)> =
        guarded.iter().enumerate().map(|(index, served)| (line(served), cells(index))).collect();
    let columns: Vec<String> = columns.iter().map(|(name, _)| name.clone()).collect();
    writeln!(text, "\nOperations that a holder of the role may call in its organization, or of the scope all anywhere, as the server answers\n")
        .unwrap();
    grid(text, &columns, &rows);
    writeln!(text, "\nOperations that need no caller\n").unwrap();
    for served in &public {
        writeln!(text, "  {}", line(served)).unwrap();
    }
}

#[test]
fn the_rights_are_those_that_were_reviewed_native() {
    let mut text = String::new();
    permissions(&mut text);
    operations(&mut text, Server::shared(Runtime::Native));
    if std::env::var_os("EDGE_IAM_UPDATE_RIGHTS").is_some() {
        std::fs::write(FILE, &text).unwrap();
    }
    let reviewed = std::fs::read_to_string(FILE).expect("tests/rights-matrix.txt");
    assert!(text == reviewed, "the rights differ from tests/rights-matrix.txt; they are now:\n{text}");
}
