//! Route matching as Spin does it: exact before `:param` before a trailing `/...`, decided from
//! left to right; slashes at both ends of the path do not count; methods do not matter.

use std::cmp::Ordering;

use crate::error::{Result, fail};

/// Paths that the host answers itself.
pub const RESERVED: &str = "/.well-known/spin";

/// Finds the component of a path.
#[derive(Debug)]
pub struct Router {
    /// Most specific first, so the first that matches wins.
    routes: Vec<Route>,
}

/// One route of the manifest.
#[derive(Debug)]
pub struct Route {
    /// As written in the manifest.
    pub raw: String,
    /// With a leading slash and without a trailing one.
    pub normal: String,
    /// Index of its component.
    pub component: usize,
    segments: Vec<Segment>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Exact(String),
    Param(String),
    Rest,
}

/// A matched route with what it captured.
#[derive(Debug, PartialEq, Eq)]
pub struct Match<'r, 'p> {
    /// The route.
    pub route: &'r Route,
    /// Values of its `:params`, as they stand in the path (not decoded).
    pub params: Vec<(&'r str, &'p str)>,
    /// The part under a trailing `/...`, with its slashes; empty for other routes.
    pub path_info: String,
}

impl PartialEq for Route {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}

impl Eq for Route {}

impl Router {
    /// Builds the router from patterns and the index of each one's component.
    pub fn new(routes: impl IntoIterator<Item = (String, usize)>) -> Result<Self> {
        let mut parsed: Vec<Route> = Vec::new();
        for (raw, component) in routes {
            let route = Route::parse(raw, component)?;
            if let Some(same) = parsed.iter().find(|other| other.shadows(&route)) {
                return fail!("routes {:?} and {:?} match the same paths; remove one of them", same.raw, route.raw);
            }
            parsed.push(route);
        }
        parsed.sort_by(|a, b| specificity(&a.segments, &b.segments));
        Ok(Self { routes: parsed })
    }

    /// The most specific route for the path of a request.
    pub fn find<'r, 'p>(&'r self, path: &'p str) -> Option<Match<'r, 'p>> {
        self.routes.iter().find_map(|route| route.matches(path))
    }
}

impl Route {
    fn parse(raw: String, component: usize) -> Result<Self> {
        let normal = format!("/{}", raw.strip_prefix('/').unwrap_or(&raw));
        let normal = normal.strip_suffix('/').unwrap_or(&normal).to_owned();
        if normal == RESERVED || normal.starts_with(&format!("{RESERVED}/")) {
            return fail!("route {raw:?} is reserved: the runtime answers {RESERVED}/... itself");
        }
        let mut segments = Vec::new();
        for text in normal.split('/').skip(1) {
            if segments.last() == Some(&Segment::Rest) {
                return fail!("route {raw:?}: nothing may follow \"...\"");
            }
            segments.push(match text {
                "..." | "*" => Segment::Rest,
                _ => match text.strip_prefix(':') {
                    Some("") => return fail!("route {raw:?}: a parameter needs a name, like /:id"),
                    Some(name) => Segment::Param(name.to_owned()),
                    None => Segment::Exact(text.to_owned()),
                },
            });
        }
        Ok(Self { raw, normal, component, segments })
    }

    /// Whether the two match exactly the same paths.
    fn shadows(&self, other: &Self) -> bool {
        self.segments.len() == other.segments.len()
            && self.segments.iter().zip(&other.segments).all(|(a, b)| match (a, b) {
                (Segment::Param(_), Segment::Param(_)) => true,
                (a, b) => a == b,
            })
    }

    fn matches<'r, 'p>(&'r self, path: &'p str) -> Option<Match<'r, 'p>> {
        let mut rest = path.trim_matches('/');
        let mut params = Vec::new();
        let mut path_info = String::new();
        for segment in &self.segments {
            if *segment == Segment::Rest {
                path_info = under(rest, path.ends_with('/'));
                rest = "";
                break;
            }
            let (part, tail) = rest.split_once('/').unwrap_or((rest, ""));
            match segment {
                Segment::Exact(text) if part == text => {}
                Segment::Param(name) if !part.is_empty() => params.push((name.as_str(), part)),
                _ => return None,
            }
            rest = tail;
        }
        rest.is_empty().then_some(Match { route: self, params, path_info })
    }
}

/// Spin's `spin-path-info`: the captured rest, with the path's trailing slash kept.
fn under(rest: &str, slash: bool) -> String {
    match (rest.is_empty(), slash) {
        (true, false) => String::new(),
        (true, true) => "/".to_owned(),
        (false, false) => format!("/{rest}"),
        (false, true) => format!("/{rest}/"),
    }
}

fn specificity(a: &[Segment], b: &[Segment]) -> Ordering {
    let rank = |segment: Option<&Segment>| match segment {
        Some(Segment::Exact(_)) => 0,
        Some(Segment::Param(_)) => 1,
        // The end: `/a` is more specific than `/a/...`, which also matches it.
        None => 2,
        Some(Segment::Rest) => 3,
    };
    (0..a.len().max(b.len()))
        .map(|index| rank(a.get(index)).cmp(&rank(b.get(index))))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn router(routes: &[&str]) -> Router {
        Router::new(routes.iter().enumerate().map(|(i, route)| ((*route).to_owned(), i))).unwrap()
    }

    fn found<'r>(router: &'r Router, path: &str) -> &'r str {
        router.find(path).map_or("none", |found| &found.route.raw)
    }

    #[test]
    fn exact_before_parameter_before_rest() {
        let router = router(&["/...", "/users/...", "/users/:id", "/users/me", "/"]);
        assert_eq!(found(&router, "/users/me"), "/users/me");
        assert_eq!(found(&router, "/users/7"), "/users/:id");
        assert_eq!(found(&router, "/users/7/keys"), "/users/...");
        assert_eq!(found(&router, "/users"), "/users/...");
        assert_eq!(found(&router, "/else"), "/...");
        assert_eq!(found(&router, "/"), "/");
    }

    #[test]
    fn the_longer_prefix_wins_in_any_order() {
        for routes in [["/a/...", "/a/b/...", "/a/b/c/..."], ["/a/b/c/...", "/a/b/...", "/a/..."]] {
            let router = router(&routes);
            assert_eq!(found(&router, "/a/b/c/d"), "/a/b/c/...");
            assert_eq!(found(&router, "/a/b/x"), "/a/b/...");
            assert_eq!(found(&router, "/ab"), "none");
        }
    }

    #[test]
    fn the_leftmost_difference_decides() {
        let router = router(&["/:org/users", "/acme/..."]);
        assert_eq!(found(&router, "/acme/users"), "/acme/...");
        assert_eq!(found(&router, "/other/users"), "/:org/users");
    }

    #[test]
    fn slashes_at_the_ends_do_not_count() {
        let router = router(&["/users/", "/a/:id"]);
        assert_eq!(found(&router, "/users"), "/users/");
        assert_eq!(found(&router, "//users//"), "/users/");
        assert_eq!(found(&router, "/a/1/"), "/a/:id");
        assert_eq!(found(&router, "/a//"), "none", "a parameter is never empty");
    }

    #[test]
    fn captures_are_not_decoded() {
        let router = router(&["/a/:id/..."]);
        let found = router.find("/a/x%2Fy/b/c/").unwrap();
        assert_eq!(found.params, [("id", "x%2Fy")]);
        assert_eq!(found.path_info, "/b/c/");
        assert_eq!(router.find("/a/x").unwrap().path_info, "");
        assert_eq!(router.find("/a/x/").unwrap().path_info, "/");
    }

    #[test]
    fn bad_routes_are_refused() {
        let refused = |routes: &[&str]| {
            let routes = routes.iter().map(|route| ((*route).to_owned(), 0));
            Router::new(routes).unwrap_err().to_string()
        };
        assert!(refused(&["/a", "/a/"]).contains("same paths"));
        assert!(refused(&["/:a", "/:b"]).contains("same paths"));
        assert!(refused(&["/.../a"]).contains("nothing may follow"));
        assert!(refused(&["/a/:"]).contains("needs a name"));
        assert!(refused(&["/.well-known/spin/x"]).contains("reserved"));
    }
}
