//! Routes are data: handlers, tests and the check of spin.toml read the same tables.

use http::Method;
use iam_domain::error::{Error, Result};
use iam_domain::policy::Permission;
use iam_domain::store::LocalFuture;

use super::call::Call;
use crate::http::reply::Reply;
use crate::kit::Kit;

/// What a route asks of its caller before its handler runs. The operation decides again, with the row at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nobody has to be authenticated.
    Public,
    /// Any authenticated caller: its own account, in its own organization.
    Caller,
    /// This permission in the caller's own organization.
    Home(Permission),
    /// This permission on the platform, outside any organization.
    Platform(Permission),
    /// Management of the whole installation, outside any organization.
    Installation,
    /// This permission in the effective organization (which the caller may choose by the dialect's acting header).
    Effective(Permission),
}

/// A handler: decode, operation, view, reply.
pub type Handler = for<'a> fn(&'a Call<'a>) -> LocalFuture<'a, Result<Reply>>;

/// One route.
pub struct Route {
    /// Operation: `<noun>.<verb>`, the same in the log and in tests.
    pub op: &'static str,
    /// Method.
    pub method: Method,
    /// Path; a segment in braces is a parameter.
    pub path: &'static str,
    /// What it asks of the caller.
    pub need: Need,
    /// What runs.
    pub handler: Handler,
}

/// The routes of one dialect in one component.
pub struct Routes {
    /// Conventions of the dialect.
    pub kit: &'static dyn Kit,
    /// Routes.
    pub routes: &'static [Route],
}

/// The routes that end in one path, by method.
struct Place {
    kit: &'static dyn Kit,
    routes: Vec<&'static Route>,
}

/// All routes of a component.
pub struct Router {
    tree: matchit::Router<usize>,
    places: Vec<Place>,
    kits: Vec<&'static dyn Kit>,
}

/// What a path leads to.
pub enum Match<'r> {
    /// A route, with the decoded path parameters.
    Route(&'static dyn Kit, &'static Route, Vec<(&'r str, String)>),
    /// The path is known under other methods: these.
    Method(&'static dyn Kit, String),
    /// No such path; the kit that would have been in charge.
    None(Option<&'static dyn Kit>),
}

impl Router {
    /// Builds the tree; paths of dialects that tolerate it are entered with and without the slash at the end.
    ///
    /// # Errors
    /// `Internal` when two routes clash, which is a fault of the tables.
    pub fn new(tables: &[&'static Routes]) -> Result<Self> {
        let mut router = Self { tree: matchit::Router::new(), places: Vec::new(), kits: Vec::new() };
        for table in tables {
            router.kits.push(table.kit);
            for route in table.routes {
                router.add(table.kit, route)?;
            }
        }
        Ok(router)
    }

    fn add(&mut self, kit: &'static dyn Kit, route: &'static Route) -> Result<()> {
        let known = self.places.iter_mut().find(|place| {
            place.routes.first().is_some_and(|first| first.path == route.path) && place.kit.name() == kit.name()
        });
        if let Some(place) = known {
            place.routes.push(route);
            return Ok(());
        }
        let index = self.places.len();
        self.places.push(Place { kit, routes: vec![route] });
        let clash = |error: matchit::InsertError| Error::internal(format!("route {}: {error}", route.path));
        for prefix in kit.prefixes() {
            let path = [prefix, route.path].concat();
            if kit.takes_either_slash() {
                let other = match path.strip_suffix('/') {
                    Some(without) => without.to_owned(),
                    None => format!("{path}/"),
                };
                self.tree.insert(other, index).map_err(clash)?;
            }
            self.tree.insert(path, index).map_err(clash)?;
        }
        Ok(())
    }

    /// Finds the route of a request. HEAD goes where GET goes.
    pub fn find<'r>(&'r self, method: &Method, path: &'r str) -> Match<'r> {
        let Ok(found) = self.tree.at(path) else { return Match::None(self.in_charge(path)) };
        let Some(place) = self.places.get(*found.value) else { return Match::None(None) };
        let wanted = if method == Method::HEAD { &Method::GET } else { method };
        let Some(route) = place.routes.iter().find(|route| route.method == wanted) else {
            let mut allow: Vec<&str> = place.routes.iter().map(|route| route.method.as_str()).collect();
            if allow.contains(&"GET") {
                allow.push("HEAD");
            }
            return Match::Method(place.kit, allow.join(", "));
        };
        let params = found.params.iter().map(|(name, value)| Some((name, crate::http::form::decode(value, false)?)));
        match params.collect::<Option<_>>() {
            Some(params) => Match::Route(place.kit, route, params),
            None => Match::None(Some(place.kit)),
        }
    }

    fn in_charge(&self, path: &str) -> Option<&'static dyn Kit> {
        let rank = |kit: &&'static dyn Kit| {
            let bases = kit.base_paths().iter().filter(|base| is_below(path, base));
            bases.map(|base| base.len()).max()
        };
        let ranked = self.kits.iter().filter_map(|kit| Some((rank(kit)?, kit)));
        ranked.max_by_key(|(rank, _)| *rank).map(|(_, kit)| kit).or_else(|| self.kits.first()).copied()
    }
}

/// Whether `path` is `base`, or something below it.
fn is_below(path: &str, base: &str) -> bool {
    path.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
