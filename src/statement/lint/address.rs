//! Addresses: of persons (e-mail) and of systems (IP addresses, host names, URLs, paths of files).
//!
//! Where systems are and what they are called helps whoever attacks them, and names of folders
//! are often names of people.

// An address is a value; what may not be named in the core is the network.
use core::net::Ipv6Addr;
use std::ops::Range;

use super::text::{Text, digit, space};

/// The longest address that is looked at, in characters; what is longer is found in pieces.
const LONGEST: usize = 320;

/// Finds e-mail addresses, also `name [at] domain.nl`, and the user at a machine: `root@server`.
pub(super) fn emails(text: &Text) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut from = 0;
    while from < text.len() {
        let hit = at_sign(text, from).and_then(|(before, after)| email(text, before, after));
        match hit.filter(|hit| found.last().is_none_or(|last| last.end <= hit.start)) {
            Some(hit) => {
                from = hit.end.max(from + 1);
                found.push(hit);
            }
            None => from += 1,
        }
    }
    found
}

/// Finds addresses of version 4 and 6, and ranges of private ones such as `192.168.1.x`.
pub(super) fn ips(text: &Text) -> Vec<Range<usize>> {
    let fourth = text.runs(digit).filter_map(|run| ipv4(text, run.start));
    let mut found: Vec<Range<usize>> = fourth.collect();
    let sixth = text.runs(|c| c.is_ascii_alphanumeric() || c == ':' || c == '.');
    found.extend(sixth.filter_map(|run| ipv6(text, run)));
    found
}

/// Finds URLs.
pub(super) fn urls(text: &Text, known: &dyn Fn(&str) -> bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(range) = next_url(text, from) {
        let host = host_of(text, &range);
        if !host.is_empty() && !known(&host) {
            found.push(range.clone());
        }
        from = range.end;
    }
    found
}

/// Finds host names: under a domain that the internet or an office network has, and names of servers.
pub(super) fn hosts(text: &Text, known: &dyn Fn(&str) -> bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for run in text.runs(|c| c.is_alphanumeric() || ".-_".contains(c)) {
        let start = text.run(run.start, usize::MAX, |c| ".-_".contains(c));
        let end = text.run_back(run.end, usize::MAX, |c| ".-_".contains(c));
        // Either has a point, or ends in digits.
        let candidate =
            text.is_before(end, digit) || (start..end).any(|place| text.is(place, |c| c == '.'));
        if start >= end || !candidate || is_in_urn(text, start) {
            continue;
        }
        let name = text.piece(start..end);
        if (is_host(&name) || name.split('.').any(is_server)) && !known(&name.to_lowercase()) {
            found.push(start..end);
        }
    }
    found
}

/// Finds paths of files: from the root, from home, from a drive, on a share.
pub(super) fn paths(text: &Text) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for run in text.runs(|c| !c.is_whitespace() && !"\"'`<>|()[]{};,".contains(c)) {
        let mut from = run.start;
        while from < run.end {
            match path(text, &run, from) {
                Some(end) => {
                    found.push(from..end);
                    from = end.max(from + 1);
                }
                None => from += 1,
            }
        }
    }
    found
}

// E-mail.

/// Finds an at sign here, and returns where what stands before it ends and what stands behind it begins.
fn at_sign(text: &Text, place: usize) -> Option<(usize, usize)> {
    match text.at(place)? {
        '@' => Some((place, place + 1)),
        '[' | '(' | '{' => {
            let word = ["at", "apenstaartje", "@"]
                .iter()
                .find(|word| text.goes_on(place + 1, word))?;
            let close = place + 1 + word.chars().count();
            text.is(close, |c| "])}".contains(c)).then(|| {
                let before = text.run_back(place, 1, space);
                (before, text.run(close + 1, 1, space))
            })
        }
        _ => None,
    }
}

fn email(text: &Text, before: usize, after: usize) -> Option<Range<usize>> {
    let local = |c: char| c.is_alphanumeric() || "._%+'-".contains(c);
    let start = text.run_back(before, 64, local);
    let start = text.run(start, 64, |c| ".'+-".contains(c)).min(before);
    let end = text.run(after, 255, |c| c.is_alphanumeric() || ".-".contains(c));
    let end = text.run_back(end, end - after, |c| ".-".contains(c));
    // `name [at] domain [dot] nl`.
    let end = spelled_point(text, end).unwrap_or(end);
    let domain = text.piece(after..end.max(after));
    let last = domain.rsplit(['.', ' ', ']', ')']).next()?;
    let fits = match domain.contains('.') || last != domain {
        true => last.chars().count() >= 2 && last.chars().all(char::is_alphabetic),
        // In `user@machine` the at sign stands between the words.
        false => {
            let letters = last.chars().take_while(|c| c.is_alphabetic()).count();
            letters >= 3 && text.is(before, |c| c == '@')
        }
    };
    let fits = fits && start < before;
    fits.then_some(start..end)
}

fn spelled_point(text: &Text, end: usize) -> Option<usize> {
    let open = text.run(end, 1, space);
    let word = ["dot", "punt", "."]
        .iter()
        .find(|word| text.is(open, |c| "[({".contains(c)) && text.goes_on(open + 1, word))?;
    let close = open + 1 + word.len();
    let next = text.run(close + 1, 1, space);
    let end = text.run(next, 24, char::is_alphabetic);
    (text.is(close, |c| "])}".contains(c)) && end > next).then_some(end)
}

// IP addresses.

fn ipv4(text: &Text, start: usize) -> Option<Range<usize>> {
    if text.is_before(start, |c| c.is_alphanumeric() || c == '_')
        || (text.is_before(start, |c| c == '.')
            && start > 1
            && text.is_before(start - 1, char::is_alphanumeric))
    {
        return None;
    }
    let mut octets = Vec::with_capacity(4);
    let mut place = start;
    while octets.len() < 4 {
        let end = text.run(place, 4, digit);
        let part = text.piece(place..end);
        let value: Option<u16> = part.parse().ok();
        match value.filter(|value| {
            *value <= 255 && end - place <= 3 && !(part.len() == 2 && part.starts_with('0'))
        }) {
            Some(value) => octets.push(value),
            // What stands for any number: 192.168.1.x.
            None if octets.len() >= 2 && text.is(place, |c| "xX*".contains(c)) => {
                let end = text.run(place, 8, |c| "xX*.".contains(c));
                let end = text.run_back(end, end - place, |c| c == '.');
                let private = matches!(octets[..2], [10, _] | [192, 168] | [172, 16..=31]);
                let ends = !text.is(end, char::is_alphanumeric);
                return (private && ends).then_some(start..end);
            }
            None => return None,
        }
        place = end;
        if octets.len() < 4 {
            text.at(place).filter(|c| *c == '.')?;
            place += 1;
        }
    }
    let goes_on = text.is(place, |c| c.is_alphanumeric() || c == '_')
        || (text.is(place, |c| c == '.') && text.is(place + 1, digit));
    (!goes_on && !numbers_a_part(text, start)).then_some(start..place)
}

/// Says whether a word before says that four numbers with points count something else.
fn numbers_a_part(text: &Text, start: usize) -> bool {
    const PARTS: [&str; 22] = [
        "versie",
        "version",
        "release",
        "build",
        "paragraaf",
        "par",
        "section",
        "sectie",
        "hoofdstuk",
        "chapter",
        "clause",
        "artikel",
        "article",
        "art",
        "control",
        "norm",
        "annex",
        "bijlage",
        "appendix",
        "v",
        "oid",
        "eis",
    ];
    let word = text.word_before(start, 3, " .:\u{A0}");
    PARTS.contains(&word.as_str()) || text.is_before(text.run_back(start, 1, space), |c| c == '§')
}

fn ipv6(text: &Text, run: Range<usize>) -> Option<Range<usize>> {
    let end = text.run_back(run.end, 2, |c| c == '.');
    // One colon at the end belongs to the sentence.
    let single =
        text.is_before(end, |c| c == ':') && end >= 2 && !text.is_before(end - 1, |c| c == ':');
    let end = end - usize::from(single);
    let inner = (run.start..end.min(run.start + 8)).find(|place| text.is(*place, |c| c == ':'));
    let starts = [Some(run.start), inner.map(|colon| colon + 1)];
    starts.into_iter().flatten().find_map(|start| {
        if end.saturating_sub(start) > 45 {
            return None;
        }
        let candidate = text.piece(start.min(end)..end);
        let address = candidate.parse::<Ipv6Addr>().is_ok();
        (address && candidate.contains(digit)).then_some(start..end)
    })
}

// URLs and hosts.

/// Finds the next `scheme://…` at or behind `from`.
fn next_url(text: &Text, from: usize) -> Option<Range<usize>> {
    (from..text.len()).find_map(|place| {
        if !text.goes_on(place, "://") {
            return None;
        }
        let scheme = text.run_back(place, 12.min(place - from), |c| {
            c.is_ascii_alphanumeric() || c == '+'
        });
        let end = text.run(place + 3, LONGEST, |c| {
            !c.is_whitespace() && !"\"'<>`|".contains(c)
        });
        let end = text.run_back(end, end - place - 3, |c| ".,;:!?)]}".contains(c));
        (place - scheme >= 2).then_some(scheme..end)
    })
}

/// Returns the host of a URL, without user and port, in lower case.
fn host_of(text: &Text, url: &Range<usize>) -> String {
    let url = text.lower(url.clone());
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    host.split(':').next().unwrap_or_default().to_owned()
}

/// Says whether a name stands in a `urn:`, where points divide no domains.
fn is_in_urn(text: &Text, start: usize) -> bool {
    let word = text.run_back(start, LONGEST, |c| {
        c.is_ascii_alphanumeric() || ":.-_/".contains(c)
    });
    text.goes_on(word, "urn:")
}

/// Says whether dotted labels are a host name.
fn is_host(name: &str) -> bool {
    let labels: Vec<&str> = name.split('.').collect();
    let Some((last, others)) = labels.split_last() else {
        return false;
    };
    let well_formed = |label: &&str| {
        !label.is_empty() && label.len() <= 63 && !label.starts_with('-') && !label.ends_with('-')
    };
    let lower = last.chars().all(|c| c.is_ascii_lowercase());
    let upper = last.chars().all(|c| c.is_ascii_uppercase());
    // `gedaan.In` is two sentences; `x.y` and `o.a.` are abbreviations.
    !others.is_empty()
        && labels.iter().all(well_formed)
        && (lower || upper)
        && others
            .iter()
            .any(|label| label.chars().count() >= 2 && label.contains(char::is_alphabetic))
        && DOMAINS
            .split_whitespace()
            .any(|domain| domain.eq_ignore_ascii_case(last))
        && !PRODUCTS
            .iter()
            .any(|product| product.eq_ignore_ascii_case(name))
}

/// Says whether a label is what servers are called, such as `srv-lims-01`, `labdc01` and `LIMS-DB-02`.
fn is_server(label: &str) -> bool {
    const ALONE: &[&str] = &[
        "srv", "svr", "server", "host", "esx", "esxi", "vcenter", "hyperv",
    ];
    const WITH_OTHERS: &[&str] = &[
        "ad", "ap", "app", "backup", "bastion", "citrix", "ctx", "db", "dc", "dns", "exch", "file",
        "fs", "ftp", "fw", "gw", "jump", "k8s", "ldap", "lims", "lt", "mail", "nas", "node", "pc",
        "print", "proxy", "rdp", "rds", "router", "rtr", "san", "sftp", "sql", "ssh", "switch",
        "sw", "ts", "vm", "vpn", "web", "wks", "ws",
    ];
    if !label.is_ascii() || label.len() > 40 {
        return false;
    }
    let label = label.to_ascii_lowercase();
    let stem = label.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = &label[stem.len()..];
    let padded = number.len() >= 2 && number.starts_with('0');
    let joined = stem.ends_with(|c: char| c.is_ascii_alphabetic());
    // `4f2db07` is the beginning of a digest.
    let mixed = stem.contains(|c: char| c.is_ascii_digit());
    let words: Vec<&str> = stem
        .split(|c: char| !c.is_ascii_alphabetic())
        .filter(|word| !word.is_empty())
        .collect();
    let Some(last) = words.last() else {
        return false;
    };
    let alone = words
        .iter()
        .any(|word| ALONE.contains(word) || (word.len() > 4 && word.ends_with("srv")));
    let others = words.iter().any(|word| WITH_OTHERS.contains(word));
    let tail = WITH_OTHERS
        .iter()
        .any(|word| last.ends_with(word) && last.len() >= word.len() + 2);
    match number.len() {
        1..=3 if alone => true,
        2..=4 if joined => padded && !mixed && (WITH_OTHERS.contains(last) || tail),
        2..=4 => words.len() >= 2 && others,
        _ => false,
    }
}

/// The ends of host names: of office networks, and of the domains that are used around here and everywhere.
///
/// Left out are those that are the ends of file names as well (`md`, `py`, `rs`, `sh`, `zip`), and
/// those that nobody can have (`example`, `invalid`, `test`).
const DOMAINS: &str = "\
    local lan intern internal corp home localdomain localhost priv private dmz loc ad arpa onion \
    com net org info biz edu gov mil int eu nu tv me co io cloud dev app online site tech health care \
    science support services solutions software systems network digital email agency company \
    nl be de fr lu uk ie dk se no fi is ee lv lt pl cz sk hu ro bg gr cy mt it es pt at ch li si hr \
    us ca mx br ar au nz jp cn hk sg kr in il za tr ua ru amsterdam frl";

/// Products whose names look like hosts.
const PRODUCTS: &[&str] = &[
    "asp.net",
    "vb.net",
    "ado.net",
    "ml.net",
    "socket.io",
    "draw.io",
];

// Paths.

/// Finds a path that begins at `start`, and returns its end.
fn path(text: &Text, run: &Range<usize>, start: usize) -> Option<usize> {
    let first = text.at(start)?;
    // `pad=/data`, `file:///etc`.
    let begins = start == run.start
        || text.is_before(start, |c| "=:".contains(c))
        || text.goes_on(start.saturating_sub(3), "://");
    let part = |c: char| c.is_alphanumeric() || "._-+@%~$#".contains(c);
    let whole = || {
        let end = run.end.min(start + LONGEST);
        text.run_back(end, 3, |c| ".:!?".contains(c))
    };
    match first {
        '/' if begins => {
            let end = text.run(start, run.end - start, |c| part(c) || c == '/');
            let end = text.run_back(end, 3, |c| c == '.');
            let path = text.piece(start..end);
            let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
            let deep = parts.len() >= 2 && parts.iter().any(|part| part.len() >= 3);
            let rooted = parts.first().is_some_and(|part| ROOTS.contains(part));
            let single = !text.goes_on(start, "//");
            (single && (deep || rooted)).then_some(end)
        }
        '~' | '.' if begins => {
            let dots = text.run(start, 2, |c| c == first);
            let named = text.is(dots, |c| c == '/' || c == '\\') && text.is(dots + 1, part);
            named.then(whole)
        }
        '\\' if text.goes_on(start, "\\\\") && !text.is_before(start, |c| c == '\\') => {
            let host = text.run(start + 2, 64, part);
            let share = text.is(host, |c| c == '\\') && text.is(host + 1, part);
            (host > start + 2 && share).then(whole)
        }
        c if c.is_ascii_alphabetic() && text.is(start + 1, |c| c == ':') => {
            let alone = !text.is_before(start, char::is_alphanumeric);
            let drive = text.is(start + 2, |c| c == '\\' || c == '/') && text.is(start + 3, part);
            (alone && drive).then(whole)
        }
        // `Data\Lims\export` and `%APPDATA%\Lims\export`.
        c if start == run.start && part(c) => {
            let backslashes = (start..run.end.min(start + LONGEST))
                .filter(|place| {
                    text.is(*place, |c| c == '\\')
                        && text.is_before(*place, part)
                        && text.is(*place + 1, part)
                })
                .count();
            (backslashes >= 2).then(whole)
        }
        _ => None,
    }
}

/// Folders at the root of a machine.
const ROOTS: &[&str] = &[
    "bin", "boot", "data", "dev", "etc", "export", "home", "lib", "media", "mnt", "nfs", "opt",
    "private", "proc", "root", "run", "sbin", "srv", "sys", "tmp", "usr", "users", "var",
    "volumes", "Users", "Volumes",
];
