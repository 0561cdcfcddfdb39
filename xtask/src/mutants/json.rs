//! As much of JSON as it takes to read what cargo and cargo-mutants print.

/// A value. Numbers are whole here, as lines and columns are.
#[derive(Clone, PartialEq, Debug)]
pub enum Json {
    Null,
    Bool(bool),
    Number(usize),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Reads a text; `None` if it is not JSON, or knows fractions.
    pub fn read(text: &str) -> Option<Json> {
        let mut reader = Reader { rest: text };
        let value = reader.value()?;
        reader.skip();
        reader.rest.is_empty().then_some(value)
    }

    /// What an object has under a name, and under a name in that.
    pub fn at(&self, path: &[&str]) -> &Json {
        let Some((name, rest)) = path.split_first() else { return self };
        match self {
            Json::Object(fields) => {
                fields.iter().find(|(key, _)| key == name).map_or(&Json::Null, |(_, at)| at.at(rest))
            }
            _ => &Json::Null,
        }
    }

    pub fn text(&self) -> &str {
        if let Json::Text(text) = self { text } else { "" }
    }

    pub fn number(&self) -> usize {
        if let Json::Number(number) = self { *number } else { 0 }
    }

    pub fn list(&self) -> &[Json] {
        if let Json::List(list) = self { list } else { &[] }
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn eat(&mut self, word: &str) -> Option<()> {
        self.skip();
        self.rest = self.rest.strip_prefix(word)?;
        Some(())
    }

    fn value(&mut self) -> Option<Json> {
        self.skip();
        match self.rest.as_bytes().first()? {
            b'{' => self
                .several('{', '}', |reader| {
                    let name = reader.string()?;
                    reader.eat(":")?;
                    Some((name, reader.value()?))
                })
                .map(Json::Object),
            b'[' => self.several('[', ']', Reader::value).map(Json::List),
            b'"' => self.string().map(Json::Text),
            b't' => self.eat("true").map(|()| Json::Bool(true)),
            b'f' => self.eat("false").map(|()| Json::Bool(false)),
            b'n' => self.eat("null").map(|()| Json::Null),
            _ => {
                let end = self.rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len());
                let (digits, rest) = self.rest.split_at(end);
                self.rest = rest;
                digits.parse().ok().map(Json::Number)
            }
        }
    }

    fn several<T>(&mut self, open: char, close: char, one: fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        self.rest = self.rest.strip_prefix(open)?;
        let mut all = vec![];
        self.skip();
        while !self.rest.starts_with(close) {
            if !all.is_empty() {
                self.eat(",")?;
            }
            all.push(one(self)?);
            self.skip();
        }
        self.rest = &self.rest[1..];
        Some(all)
    }

    fn string(&mut self) -> Option<String> {
        self.eat("\"")?;
        let mut text = String::new();
        loop {
            let end = self.rest.find(['"', '\\'])?;
            text.push_str(&self.rest[..end]);
            let escaped = self.rest[end..].starts_with('\\');
            self.rest = &self.rest[end + 1..];
            if !escaped {
                return Some(text);
            }
            let kind = self.rest.chars().next()?;
            self.rest = &self.rest[kind.len_utf8()..];
            text.push(match kind {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                'b' => '\u{8}',
                'f' => '\u{c}',
                'u' => {
                    let code = u32::from_str_radix(self.rest.get(..4)?, 16).ok()?;
                    self.rest = &self.rest[4..];
                    // Halves of a pair stand in no message of interest.
                    char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
                }
                other => other,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cargo_prints_is_read() {
        let read = Json::read(r#" {"a": [1, {"b": "x\n\"\u00e9"}], "c": null, "d": true, "e": []} "#).expect("JSON");
        assert_eq!(read.at(&["a"]).list()[0].number(), 1);
        assert_eq!(read.at(&["a"]).list()[1].at(&["b"]).text(), "x\n\"é");
        assert_eq!((read.at(&["d"]), read.at(&["c"])), (&Json::Bool(true), &Json::Null));
        assert_eq!(read.at(&["no", "such"]), &Json::Null);
        for broken in ["", "{", "[1 2]", "{\"a\"}", "\"x", "1 2", "-", "[,1]"] {
            assert_eq!(Json::read(broken), None, "{broken}");
        }
    }
}
