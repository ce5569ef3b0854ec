//! Queries with names in brackets: `a[b]=1` is a value in a map, `a[]=1` one of a list.

use crate::http::form::decode;

/// Deepest nesting that is looked at; what is deeper is ignored, as everything is that nobody asks for.
const MAX_DEPTH: usize = 8;

/// Most names next to one another. Each new one is compared with those before it; further ones are ignored.
const MAX_NAMES: usize = 256;

/// A value of a query.
#[derive(Debug, Clone, PartialEq)]
pub enum Param {
    /// A name without an equals sign.
    Bare,
    /// A text.
    Text(String),
    /// Values under `name[]`.
    List(Vec<Self>),
    /// Values under `name[key]`, in order.
    Map(Vec<(String, Self)>),
}

/// A query.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Params(Vec<(String, Param)>);

impl Params {
    /// Reads a query; `None` when a part of it is not UTF-8. Of a name that comes again, or that is once a value and
    /// once a map, the last counts.
    pub fn parse(query: &str) -> Option<Self> {
        let mut params = Self::default();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = match pair.split_once('=') {
                Some((name, value)) => (name, Param::Text(decode(value, true)?)),
                None => (pair, Param::Bare),
            };
            let name = decode(name, true)?;
            let steps = steps(&name);
            if let Some((first, rest)) = steps.split_first()
                && rest.len() <= MAX_DEPTH
                && let Some(place) = entry(&mut params.0, first)
            {
                put(place, rest, value);
            }
        }
        Some(params)
    }

    /// The value of `name`.
    pub fn get(&self, name: &str) -> Option<&Param> {
        find(&self.0, name)
    }

    /// All values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Param)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

impl Param {
    /// The value under `key` of a map.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Map(entries) => find(entries, key),
            Self::Bare | Self::Text(_) | Self::List(_) => None,
        }
    }
}

fn find<'p>(entries: &'p [(String, Param)], name: &str) -> Option<&'p Param> {
    entries.iter().find(|(known, _)| known == name).map(|(_, value)| value)
}

/// `a[b][]` is `a`, `b`, and an empty step for the list. What is no such name is one step.
fn steps(name: &str) -> Vec<&str> {
    let Some((first, rest)) = name.split_once('[').filter(|(first, _)| !first.is_empty()) else { return vec![name] };
    let Some(rest) = rest.strip_suffix(']') else { return vec![name] };
    std::iter::once(first).chain(rest.split("][")).collect()
}

/// The place of a name; `None` when there are too many others.
fn entry<'e>(entries: &'e mut Vec<(String, Param)>, name: &str) -> Option<&'e mut Param> {
    let position = entries.iter().position(|(known, _)| known == name).unwrap_or(entries.len());
    if position == entries.len() && position < MAX_NAMES {
        entries.push((name.to_owned(), Param::Bare));
    }
    entries.get_mut(position).map(|(_, place)| place)
}

fn put(place: &mut Param, steps: &[&str], value: Param) {
    match steps.split_first() {
        None => *place = value,
        Some((&"", rest)) => {
            if !matches!(place, Param::List(_)) {
                *place = Param::List(Vec::new());
            }
            if let Param::List(items) = place {
                let mut item = Param::Bare;
                put(&mut item, rest, value);
                items.push(item);
            }
        }
        Some((key, rest)) => {
            if !matches!(place, Param::Map(_)) {
                *place = Param::Map(Vec::new());
            }
            if let Param::Map(entries) = place
                && let Some(place) = entry(entries, key)
            {
                put(place, rest, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> Param {
        Param::Text(value.to_owned())
    }

    #[test]
    fn names_in_brackets_nest() {
        let params = Params::parse(
            "page[number]=2&page[size]=5&filter%5Bid__in%5D%5B%5D=1&filter[id__in][]=2&filter[joined_at]\
             &filter[with_role_scope][org][]=7&sort=-name&a=1&a=2&filter[e]=",
        )
        .unwrap();
        assert_eq!(params.get("page").unwrap().get("number"), Some(&text("2")));
        let filter = params.get("filter").unwrap();
        assert_eq!(filter.get("id__in"), Some(&Param::List(vec![text("1"), text("2")])));
        assert_eq!(filter.get("joined_at"), Some(&Param::Bare));
        assert_eq!(filter.get("e"), Some(&text("")));
        assert_eq!(filter.get("with_role_scope").unwrap().get("org"), Some(&Param::List(vec![text("7")])));
        assert_eq!(params.get("sort"), Some(&text("-name")));
        assert_eq!(params.get("a"), Some(&text("2")));
    }

    #[test]
    fn odd_names_do_no_harm() {
        for (query, name) in [("[=1", "["), ("a[=1", "a["), ("[]=1", "[]"), ("a]=1", "a]"), ("=1", "")] {
            assert_eq!(Params::parse(query).unwrap().get(name), Some(&text("1")), "{query}");
        }
        let params = Params::parse("a=1&a[b]=2&a[]=3").unwrap();
        assert_eq!(params.get("a"), Some(&Param::List(vec![text("3")])));
        assert!(Params::parse("a=%FF").is_none());
        let deep = format!("a{}=1", "[b]".repeat(9));
        assert_eq!(Params::parse(&deep).unwrap().get("a"), None);
    }

    #[test]
    fn of_many_names_the_first_count() {
        let many: Vec<String> = (0..300).flat_map(|name| [format!("n{name}=1"), format!("m[n{name}]=1")]).collect();
        let params = Params::parse(&format!("{}&n7=2&m[n7]=2", many.join("&"))).unwrap();
        assert_eq!(params.iter().count(), MAX_NAMES);
        assert_eq!((params.get("n299"), params.get("n7")), (None, Some(&text("2"))));
        let Some(Param::Map(entries)) = params.get("m") else { panic!("{params:?}") };
        assert_eq!((entries.len(), find(entries, "n7")), (MAX_NAMES, Some(&text("2"))));
    }
}
