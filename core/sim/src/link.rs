//! Links: a run, and how to look at it, in the fragment of an address.
//!
//! - `#s2.…` holds the scenario itself: its canonical text, as `short.rs` packs it; what is written today
//! - `#s1.…` holds the same, as base64url, without padding, of the deflated text: what version 1 wrote, and
//!   what is written still of texts that are too long for `s2.`
//! - `#demo=NAME` names a scenario that comes with the page
//! - `#src=URL` names a file elsewhere, by https or on the page's own site
//! - `#text=…` holds a scenario as percent-encoded text, for links made by hand
//!
//! `&at=1.2s` and the other parts of a [`View`] may follow. The reader forgives what chat tools
//! do to links, is bounded in what it takes and gives, and tells a link that was cut off from a
//! corrupt one.

mod short;
#[cfg(test)]
mod tests;

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};
use raft_core::{ServerId, Time};

use crate::compare::Contrast;
use crate::scenario::{self, Lines, MAX_BYTES, MAX_SERVER_NUMBER, MAX_SERVERS, ParseError, Scenario, Speed, lex};

/// Bytes of a link that is read.
pub const MAX_LINK: usize = 16 * 1024;
/// Bytes of the address of a file elsewhere.
pub const MAX_SRC: usize = 2_000;

/// What a link says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// What to run.
    pub source: Source,
    /// How to look at it.
    pub view: View,
}

/// Where the scenario comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Source {
    /// From the link itself; the lines are those of the text that it holds.
    Scenario(Box<Scenario>, Lines),
    /// From those that come with the page, by name.
    Demo(String),
    /// From a file: an https address, or a path on the page's own site.
    Src(String),
}

/// How to look at a run. What is not said stays as the page has it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct View {
    /// At which time.
    pub at: Option<Time>,
    /// After how many events.
    pub event: Option<u64>,
    /// The digest of the world there, to notice a version that replays it to another state.
    pub digest: Option<u64>,
    /// Another seed.
    pub seed: Option<u64>,
    /// Another number of servers.
    pub servers: Option<u32>,
    /// The server that is selected.
    pub select: Option<ServerId>,
    /// How fast to play.
    pub speed: Option<Speed>,
    /// Two clusters beside each other, apart in one setting.
    pub compare: Option<Contrast>,
}

/// Why a link is refused.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum LinkError {
    /// There is nothing behind the `#`, or no `#`.
    Empty,
    /// It is none of the known forms.
    Unknown(String),
    /// It has more than 16 KiB.
    TooLong,
    /// A form of a later version, such as `s3.`.
    Version(String),
    /// It ends too early.
    Cut,
    /// It was changed on its way.
    Corrupt,
    /// It unpacks to more than 64 KiB.
    TooBig,
    /// A part of the view that cannot be read.
    View {
        /// Its name.
        name: String,
        /// Its value.
        found: String,
    },
    /// No name of a scenario that comes with the page.
    Demo(String),
    /// An address that is not allowed.
    Src(BadSrc),
    /// It holds a text that is no scenario.
    Scenario(ParseError),
}

/// Why the address of a file is refused.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BadSrc {
    /// Neither https nor a path on the same site.
    Scheme,
    /// It carries a user's name or password.
    Credentials,
    /// It has more than 2,000 characters.
    TooLong,
    /// It has a character that no address has.
    Character,
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinkError::Empty => f.write_str("the link holds no run"),
            LinkError::Unknown(found) => {
                write!(f, "\"{found}\" is no link of the playground, which begin with s2., s1., demo=, src= or text=")
            }
            LinkError::TooLong => write!(f, "the link has more than {} KiB", MAX_LINK / 1024),
            LinkError::Version(found) => {
                write!(f, "the link is of a later version, \"{found}\"; this one reads s2. and s1.")
            }
            LinkError::Cut => f.write_str("the link was cut off before its end; copy it again, whole"),
            LinkError::Corrupt => f.write_str("the link was changed on its way; copy it again"),
            LinkError::TooBig => write!(f, "the link unpacks to more than {} KiB", MAX_BYTES / 1024),
            LinkError::View { name, found } => write!(f, "the part \"{name}={found}\" of the link cannot be read"),
            LinkError::Demo(found) => write!(f, "\"{found}\" is no name of a scenario"),
            LinkError::Src(BadSrc::Scheme) => f.write_str("a file must have an https address, or a path on this site"),
            LinkError::Src(BadSrc::Credentials) => f.write_str("the address of a file must not carry a user's name"),
            LinkError::Src(BadSrc::TooLong) => write!(f, "the address of a file has at most {MAX_SRC} characters"),
            LinkError::Src(BadSrc::Character) => {
                f.write_str("the address of a file has a character that must be percent-encoded")
            }
            LinkError::Scenario(error) => write!(f, "the link holds a text that is no scenario: {error}"),
        }
    }
}

impl core::error::Error for LinkError {}

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// The fragment that holds a scenario and a view: `#s2.…&at=1.2s`.
pub fn encode(scenario: &Scenario, view: &View) -> String {
    const TIGHTEST: u8 = 10;
    let text = scenario::format(scenario);
    match short::pack(&text) {
        Some(packed) => format!("#s2.{packed}{view}"),
        None => format!("#s1.{}{view}", BASE64.encode(compress_to_vec(text.as_bytes(), TIGHTEST))),
    }
}

impl Link {
    /// The fragment that says the same.
    pub fn fragment(&self) -> String {
        match &self.source {
            Source::Scenario(scenario, _) => encode(scenario, &self.view),
            Source::Demo(name) => format!("#demo={name}{}", self.view),
            Source::Src(address) => format!("#src={}{}", percent_encode(address), self.view),
        }
    }
}

/// As it stands behind the source: `&at=1.2s&digest=…`.
impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn part(f: &mut fmt::Formatter<'_>, name: &str, value: Option<impl fmt::Display>) -> fmt::Result {
            value.map_or(Ok(()), |value| write!(f, "&{name}={value}"))
        }
        part(f, "at", self.at)?;
        part(f, "event", self.event)?;
        part(f, "seed", self.seed)?;
        part(f, "servers", self.servers)?;
        part(f, "select", self.select)?;
        part(f, "speed", self.speed)?;
        part(f, "compare", self.compare)?;
        part(f, "digest", self.digest.map(|digest| format!("{digest:016x}")))
    }
}

const VIEW_PARTS: [&str; 8] = ["at", "event", "seed", "servers", "select", "speed", "compare", "digest"];

impl View {
    /// Sets one part by name; `false` if the value cannot be read. Other names are passed over.
    fn set(&mut self, name: &str, value: &str) -> bool {
        fn put<T>(place: &mut Option<T>, value: Option<T>) -> bool {
            *place = value;
            place.is_some()
        }
        match name {
            "at" => put(&mut self.at, lex::time(value).ok()),
            "event" => put(&mut self.event, lex::number(value)),
            "seed" => put(&mut self.seed, lex::number(value)),
            "servers" => {
                let count = lex::number(value).and_then(|count| u32::try_from(count).ok());
                put(&mut self.servers, count.filter(|count| (1..=MAX_SERVERS as u32).contains(count)))
            }
            "select" => {
                let server = lex::named(value, 'S').filter(|server| *server <= MAX_SERVER_NUMBER);
                put(&mut self.select, server.map(ServerId))
            }
            "speed" => put(&mut self.speed, Speed::parse(value)),
            "compare" => put(&mut self.compare, Contrast::parse(value)),
            "digest" => {
                // All 16 digits: fewer are what is left of a link that was cut off.
                let whole = value.len() == 16 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
                put(&mut self.digest, u64::from_str_radix(value, 16).ok().filter(|_| whole))
            }
            _ => true,
        }
    }
}

/// The forms, as a link begins with them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Form {
    Deflated,
    Short,
    Demo,
    Src,
    Text,
}

/// Reads a link: an address with a fragment, a fragment, or what stands in it.
pub fn decode(link: &str) -> Result<Link, LinkError> {
    if link.len() > MAX_LINK {
        return Err(LinkError::TooLong);
    }
    let fragment = fragment_of(link.trim_matches(is_blank));
    // A tool may have encoded the whole fragment once more.
    let fragment = match form_of(fragment) {
        Ok(_) => Cow::Borrowed(fragment),
        Err(_) => percent_decode(fragment).map_or(Cow::Borrowed(fragment), Cow::Owned),
    };
    let (form, rest) = form_of(&fragment)?;
    match form {
        Form::Deflated => packed(rest, inflate),
        Form::Short => packed(rest, short::unpack),
        Form::Demo => demo(rest),
        Form::Src => src(rest),
        Form::Text => text(rest),
    }
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || is_invisible(c)
}

/// What chat tools put into long words so that they wrap.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}')
}

/// What stands behind the `#`, be it encoded; all, if there is none.
fn fragment_of(link: &str) -> &str {
    if form_of(link).is_ok() {
        return link;
    }
    match (link.split_once('#'), link.split_once("%23")) {
        (Some((_, fragment)), _) | (None, Some((_, fragment))) => fragment,
        (None, None) if link.contains("://") => "",
        (None, None) => link.trim_start_matches(|c: char| !c.is_ascii_alphanumeric()),
    }
}

fn form_of(fragment: &str) -> Result<(Form, &str), LinkError> {
    const FORMS: [(&str, Form); 5] = [
        ("s2.", Form::Short),
        ("s1.", Form::Deflated),
        ("demo=", Form::Demo),
        ("src=", Form::Src),
        ("text=", Form::Text),
    ];
    let fragment = fragment.trim_start_matches(is_blank);
    if let Some((rest, form)) = FORMS.iter().find_map(|(head, form)| Some((fragment.strip_prefix(head)?, *form))) {
        return Ok((form, rest));
    }
    let head = fragment.split(['.', '=', '&']).next().unwrap_or_default();
    Err(match () {
        () if fragment.is_empty() => LinkError::Empty,
        () if FORMS.iter().any(|(form, _)| form.starts_with(fragment)) => LinkError::Cut,
        () if fragment[head.len()..].starts_with('.') && lex::named(head, 's').is_some() => {
            LinkError::Version(lex::shown(&format!("{head}.")))
        }
        () => LinkError::Unknown(lex::shown(fragment)),
    })
}

/// `…&at=1.2s`: the scenario packed, then the view.
fn packed(rest: &str, unpack: fn(&str) -> Result<String, LinkError>) -> Result<Link, LinkError> {
    let (payload, view) = plain_parts(rest)?;
    let scenario = unpack(&payload)?;
    let parsed = scenario::parse(&scenario).map_err(LinkError::Scenario)?;
    Ok(Link { source: Source::Scenario(Box::new(parsed.scenario), parsed.lines), view })
}

/// The text behind `s1.`
fn inflate(payload: &str) -> Result<String, LinkError> {
    let mut letters: Vec<u8> = payload
        .bytes()
        .filter(|byte| *byte != b'=')
        // The other alphabet of base64.
        .map(|byte| match byte {
            b'+' => b'-',
            b'/' => b'_',
            byte => byte,
        })
        .collect();
    // Four letters hold three bytes: one letter alone holds nothing, its companions are missing.
    if letters.len() % 4 == 1 {
        letters.pop();
    }
    let bytes = BASE64.decode(letters).map_err(|_| LinkError::Corrupt)?;
    if bytes.is_empty() {
        return Err(LinkError::Cut);
    }
    let text = decompress_to_vec_with_limit(&bytes, MAX_BYTES).map_err(|error| match error.status {
        TINFLStatus::FailedCannotMakeProgress | TINFLStatus::NeedsMoreInput => LinkError::Cut,
        TINFLStatus::HasMoreOutput => LinkError::TooBig,
        _ => LinkError::Corrupt,
    })?;
    String::from_utf8(text).map_err(|_| LinkError::Corrupt)
}

fn demo(rest: &str) -> Result<Link, LinkError> {
    let (name, view) = plain_parts(rest)?;
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    match name.as_str() {
        "" => Err(LinkError::Cut),
        name if name.len() <= 64 && name.bytes().all(fits) => Ok(Link { source: Source::Demo(name.to_string()), view }),
        name => Err(LinkError::Demo(lex::shown(name))),
    }
}

/// The main part and the view of a form whose parts hold no white space and no punctuation. Parts
/// that this version does not know are passed over.
fn plain_parts(rest: &str) -> Result<(String, View), LinkError> {
    let rest = mended(rest);
    let rest = if rest.contains('%') { mended(&percent_decode(&rest).unwrap_or(rest)) } else { rest };
    let mut parts = rest.split('&');
    let main = parts.next().unwrap_or_default().to_string();
    let mut view = View::default();
    for part in parts {
        // A tool may have written `&` as HTML does.
        let part = part.strip_prefix("amp;").unwrap_or(part);
        let Some((name, value)) = part.split_once('=') else {
            // The name alone of a known part, or a piece of it: the rest is missing.
            let cut = !part.is_empty() && VIEW_PARTS.iter().any(|name| name.starts_with(part));
            if cut {
                return Err(LinkError::Cut);
            }
            continue;
        };
        if !view.set(name, value) {
            return Err(no_view(name, value));
        }
    }
    Ok((main, view))
}

fn no_view(name: &str, value: &str) -> LinkError {
    LinkError::View { name: lex::shown(name), found: lex::shown(value) }
}

/// Without what chat and mail tools put into a link or behind it: white space, line breaks with
/// a mark of quotation, invisible characters, closing brackets, quotes and punctuation.
fn mended(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut new_line = false;
    for c in text.chars() {
        match c {
            '>' if new_line => {}
            '<' | '>' | '"' | '\'' | '|' | '(' | ')' | '[' | ']' | '{' | '}' | '`' => break,
            c if is_blank(c) => new_line |= c == '\n',
            c => {
                new_line = false;
                out.push(c);
            }
        }
    }
    let kept = out.trim_end_matches(|c: char| !(c.is_ascii_alphanumeric() || ['-', '_', '%', '/'].contains(&c))).len();
    out.truncate(kept);
    out
}

/// The address may itself hold `&`, so the view is read from the end.
fn src(rest: &str) -> Result<Link, LinkError> {
    let rest = mended(rest);
    let (address, view) = split_view(&rest)?;
    let address = decoded(address, |address| address.contains("://") || address.starts_with('/'));
    check_src(&address).map_err(LinkError::Src)?;
    Ok(Link { source: Source::Src(address), view })
}

/// A text may hold white space and punctuation, so nothing is mended.
fn text(rest: &str) -> Result<Link, LinkError> {
    let (text, view) = split_view(rest.trim_matches(is_blank))?;
    let text = decoded(text, |text| text.contains(char::is_whitespace));
    let parsed = scenario::parse(&text).map_err(LinkError::Scenario)?;
    Ok(Link { source: Source::Scenario(Box::new(parsed.scenario), parsed.lines), view })
}

/// Percent-decoded, and once more if that does not yet look like it should.
fn decoded(text: &str, looks_right: impl Fn(&str) -> bool) -> String {
    let once = percent_decode(text).unwrap_or_else(|| text.to_string());
    if looks_right(&once) || !once.contains('%') {
        return once;
    }
    percent_decode(&once).unwrap_or(once)
}

fn split_view(rest: &str) -> Result<(&str, View), LinkError> {
    let (mut rest, mut view) = (rest, View::default());
    while let Some((before, part)) = rest.rsplit_once('&') {
        let part = part.strip_prefix("amp;").unwrap_or(part);
        let Some((name, value)) = part.split_once('=').filter(|(name, _)| VIEW_PARTS.contains(name)) else { break };
        if !view.set(name, value) {
            return Err(no_view(name, value));
        }
        rest = before;
    }
    Ok((rest, view))
}

/// Whether the page may load a scenario from there: by https without a user's name, or from a
/// path on its own site. `//host` and `/\host` are other sites to a browser.
pub fn check_src(address: &str) -> Result<(), BadSrc> {
    if address.len() > MAX_SRC {
        return Err(BadSrc::TooLong);
    }
    // Browsers drop tabs and line breaks and read `\` as `/`, which would make the checks below
    // speak of another address.
    if address.bytes().any(|byte| !byte.is_ascii_graphic() || matches!(byte, b'\\' | b'"' | b'<' | b'>' | b'`')) {
        return Err(BadSrc::Character);
    }
    let secure = address.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"));
    if !secure {
        let first = address.split(['/', '?', '#']).next().unwrap_or_default();
        let same_site = !address.is_empty() && !address.starts_with("//") && !first.contains(':');
        return if same_site { Ok(()) } else { Err(BadSrc::Scheme) };
    }
    let host = address[8..].split(['/', '?', '#']).next().unwrap_or_default();
    match host {
        _ if host.contains('@') => Err(BadSrc::Credentials),
        _ if host.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[') => Ok(()),
        _ => Err(BadSrc::Scheme),
    }
}

/// `%41` is `A`; what is no such code stays. `None` if the bytes are no text.
fn percent_decode(text: &str) -> Option<String> {
    let hex = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16)).map(|digit| digit as u8);
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        let code = if bytes[at] == b'%' { hex(bytes.get(at + 1)).zip(hex(bytes.get(at + 2))) } else { None };
        match code {
            Some((high, low)) => out.push(high * 16 + low),
            None => out.push(bytes[at]),
        }
        at += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8(out).ok()
}

/// What may stand in a part of a fragment stays, all else becomes `%41`.
fn percent_encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' | b':' => out.push(byte.into()),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// The fragment that holds a text as it is, for links made by hand: `#text=raft%201%0A…`.
pub fn encode_text(text: &str, view: &View) -> String {
    format!("#text={}{view}", percent_encode(text))
}
