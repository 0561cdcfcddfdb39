//! A value of JSON, or of EDN, which writes `:src` for `"src"`: as much of both as logs have. Commas and
//! colons between values are passed over.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

/// So deep values may nest.
const DEEPEST: usize = 16;

/// A value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value<'a> {
    /// `null`, `nil`
    Nothing,
    /// `true`, `false`
    Truth(bool),
    /// A whole number; of one with a fraction, the whole part.
    Number(i128),
    /// A text, or a keyword.
    Text(Cow<'a, str>),
    /// A list.
    List(Vec<Value<'a>>),
    /// An object, in its order.
    Map(Vec<(Cow<'a, str>, Value<'a>)>),
}

impl<'a> Value<'a> {
    /// Reads the one value that a text begins with; the error says at which byte it stops making sense.
    pub fn read(text: &'a str) -> Result<Value<'a>, usize> {
        let mut reader = Reader { text, at: 0 };
        let value = reader.value(0)?;
        reader.space();
        if reader.at < text.len() { Err(reader.at) } else { Ok(value) }
    }

    /// The value of a field.
    pub fn field(&self, name: &str) -> Option<&Value<'a>> {
        match self {
            Value::Map(fields) => fields.iter().find(|(known, _)| known == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// As a count.
    pub fn count(&self) -> Option<u64> {
        match self {
            Value::Number(number) => u64::try_from(*number).ok(),
            Value::Text(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// As a text: a number too.
    pub fn text(&self) -> Option<Cow<'_, str>> {
        match self {
            Value::Text(text) => Some(Cow::Borrowed(text)),
            Value::Number(number) => Some(Cow::Owned(alloc::format!("{number}"))),
            _ => None,
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace() || byte == b',') {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: usize) -> Result<Value<'a>, usize> {
        self.space();
        if depth > DEEPEST {
            return Err(self.at);
        }
        match self.peek().ok_or(self.at)? {
            b'{' => self.map(depth),
            b'[' | b'(' => self.list(depth),
            b'"' => self.string().map(Value::Text),
            b':' => {
                self.at += 1;
                Ok(Value::Text(Cow::Borrowed(self.word()?)))
            }
            // A tag of EDN says what type a map is.
            b'#' => {
                self.at += 1;
                if self.peek() != Some(b'{') {
                    self.word()?;
                }
                self.value(depth + 1)
            }
            b'-' | b'0'..=b'9' => self.number(),
            _ => {
                let from = self.at;
                match self.word()? {
                    "null" | "nil" => Ok(Value::Nothing),
                    "true" => Ok(Value::Truth(true)),
                    "false" => Ok(Value::Truth(false)),
                    _ => Err(from),
                }
            }
        }
    }

    fn word(&mut self) -> Result<&'a str, usize> {
        let rest = &self.text[self.at..];
        let fits = |c: char| c.is_alphanumeric() || "_-./?!*+".contains(c);
        let end = rest.find(|c| !fits(c)).unwrap_or(rest.len());
        self.at += end;
        if end == 0 { Err(self.at) } else { Ok(&rest[..end]) }
    }

    fn number(&mut self) -> Result<Value<'a>, usize> {
        let (from, word) = (self.at, self.word()?);
        let whole = word.split(['.', 'e', 'E']).next().unwrap_or_default();
        whole.parse().map(Value::Number).map_err(|_| from)
    }

    fn list(&mut self, depth: usize) -> Result<Value<'a>, usize> {
        self.at += 1;
        let mut all = Vec::new();
        loop {
            self.space();
            match self.peek().ok_or(self.at)? {
                b']' | b')' => {
                    self.at += 1;
                    return Ok(Value::List(all));
                }
                _ => all.push(self.value(depth + 1)?),
            }
        }
    }

    fn map(&mut self, depth: usize) -> Result<Value<'a>, usize> {
        self.at += 1;
        let mut fields = Vec::new();
        loop {
            self.space();
            let quoted = self.peek() == Some(b'"');
            let key = match self.peek().ok_or(self.at)? {
                b'}' => {
                    self.at += 1;
                    return Ok(Value::Map(fields));
                }
                b'"' => self.string()?,
                b':' => {
                    self.at += 1;
                    Cow::Borrowed(self.word()?)
                }
                _ => return Err(self.at),
            };
            self.space();
            if quoted && self.peek() == Some(b':') {
                self.at += 1;
            }
            fields.push((key, self.value(depth + 1)?));
        }
    }

    fn string(&mut self) -> Result<Cow<'a, str>, usize> {
        self.at += 1;
        let from = self.at;
        let rest = &self.text[from..];
        let end = rest.find(['"', '\\']).ok_or(self.text.len())?;
        if rest.as_bytes()[end] == b'"' {
            self.at = from + end + 1;
            return Ok(Cow::Borrowed(&rest[..end]));
        }
        let mut out = String::new();
        let mut chars = rest.char_indices();
        while let Some((place, c)) = chars.next() {
            match c {
                '"' => {
                    self.at = from + place + 1;
                    return Ok(Cow::Owned(out));
                }
                '\\' => match chars.next().ok_or(self.text.len())?.1 {
                    'n' => out.push('\n'),
                    't' => out.push('\t'),
                    'r' => out.push('\r'),
                    'u' => {
                        let digits = rest.get(place + 2..place + 6).ok_or(self.text.len())?;
                        let code = u32::from_str_radix(digits, 16).map_err(|_| from + place)?;
                        out.push(char::from_u32(code).unwrap_or('\u{FFFD}'));
                        chars.by_ref().take(4).for_each(drop);
                    }
                    c @ ('"' | '\\' | '/') => out.push(c),
                    _ => return Err(from + place),
                },
                c => out.push(c),
            }
        }
        Err(self.text.len())
    }
}
