//! The machine's apt sources: the entry of its Debian archive, rewritten for another suite.

use std::path::Path;

/// The first entry of a sources file that is a Debian archive's `main`, with the suite replaced:
/// file extension and text. Everything else (mirror, options, keys) stays as the machine has it.
pub fn source_for(path: &Path, text: &str, suite: &str) -> Option<(&'static str, String)> {
    match path.extension()?.to_str()? {
        "sources" => text.split("\n\n").find_map(|stanza| deb822(stanza, suite)).map(|entry| ("sources", entry)),
        "list" => text.lines().find_map(|line| one_line(line, suite)).map(|entry| ("list", entry)),
        _ => None,
    }
}

fn deb822(stanza: &str, suite: &str) -> Option<String> {
    let field = |name: &str| {
        stanza.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    };
    let has = |name, wanted: fn(&str) -> bool| field(name)?.split_whitespace().find(|w| wanted(w));
    has("Types", |word| word == "deb")?;
    has("Components", |word| word == "main")?;
    has("Suites", is_release)?;
    if field("Enabled").is_some_and(|value| value.eq_ignore_ascii_case("no")) {
        return None;
    }
    let mut out = String::new();
    for line in stanza.lines().filter(|line| !line.starts_with('#')) {
        let key = line.split_once(':').map(|(key, _)| key.to_ascii_lowercase());
        match key.as_deref() {
            Some("types") => out.push_str("Types: deb"),
            Some("suites") => {
                out.push_str("Suites: ");
                out.push_str(suite);
            }
            Some("components") => out.push_str("Components: main"),
            _ => out.push_str(line),
        }
        out.push('\n');
    }
    Some(out)
}

fn one_line(line: &str, suite: &str) -> Option<String> {
    let rest = line.trim().strip_prefix("deb ")?.trim_start();
    let (options, rest) = match rest.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?,
        None => ("", rest),
    };
    let mut words = rest.split('#').next()?.split_whitespace();
    let uri = words.next()?;
    if !is_release(words.next()?) || !words.any(|word| word == "main") {
        return None;
    }
    Some(match options.trim() {
        "" => format!("deb {uri} {suite} main\n"),
        options => format!("deb [{options}] {uri} {suite} main\n"),
    })
}

/// A plain release name: not `bookworm-security` (another archive), nor a vendor's own naming.
fn is_release(suite: &str) -> bool {
    const KNOWN: [&str; 10] = [
        "oldoldstable",
        "oldstable",
        "stable",
        "testing",
        "unstable",
        "sid",
        "bullseye",
        "bookworm",
        "trixie",
        "forky",
    ];
    KNOWN.contains(&suite)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STANZAS: &str = "\
Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main

# the archive
Types: deb deb-src
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian.gpg
";

    #[test]
    fn a_stanza_keeps_mirror_and_keyring() {
        let (extension, text) = source_for(Path::new("a.sources"), STANZAS, "trixie-backports").unwrap();
        assert_eq!(extension, "sources");
        assert_eq!(
            text,
            "Types: deb\nURIs: http://mirror.example/debian\nSuites: trixie-backports\n\
             Components: main\nSigned-By: /usr/share/keyrings/debian.gpg\n"
        );
    }

    #[test]
    fn a_line_keeps_mirror_and_options() {
        let text = "# deb http://old.example/debian bookworm main\n\
                    deb http://pg.example/apt bookworm-pgdg main\n\
                    deb [signed-by=/k.gpg] http://mirror.example/debian bookworm main contrib\n";
        let (_, entry) = source_for(Path::new("sources.list"), text, "s").unwrap();
        assert_eq!(entry, "deb [signed-by=/k.gpg] http://mirror.example/debian s main\n");
        assert!(one_line("deb http://mirror.example/debian trixie main", "s").is_some());
    }

    #[test]
    fn other_vendors_and_disabled_entries_are_passed_over() {
        let vendor = "Types: deb\nURIs: http://v.example\nSuites: nodistro\nComponents: main";
        let off = "Enabled: no\nTypes: deb\nURIs: http://m.example\nSuites: sid\nComponents: main";
        let docker = "deb http://v.example/linux/debian bookworm stable";
        assert_eq!(deb822(vendor, "s"), None);
        assert_eq!(deb822(off, "s"), None);
        assert_eq!(one_line(docker, "s"), None);
    }
}
