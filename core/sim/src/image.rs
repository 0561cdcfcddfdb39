//! A store as bytes: what a snapshot holds of it (§7), client sessions included (thesis §6.3).

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use raft_core::{Image, Index};

use crate::machine::{Answered, ClientId, Outcome, Session, Store};

/// The first byte: which way of writing this is.
const VERSION: u8 = 1;

/// What stands in place of an answer that is forgotten.
const EXPIRED: u8 = 5;

/// Why bytes are no image of a store.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ImageError {
    /// Written in a way that this version does not know.
    Version(u8),
    /// They end too early.
    Cut,
    /// So many bytes follow where it should end.
    Longer(usize),
    /// Nothing that [`Store::image`] writes.
    Content,
}

impl fmt::Display for ImageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ImageError::Version(version) => write!(f, "an image of version {version}, and {VERSION} is known"),
            ImageError::Cut => write!(f, "the image is cut off"),
            ImageError::Longer(bytes) => write!(f, "{bytes} bytes follow the image"),
            ImageError::Content => write!(f, "not the image of a store"),
        }
    }
}

impl Store {
    /// The store as bytes: two equal stores give equal bytes.
    pub fn image(&self) -> Image {
        let mut bytes = Vec::from([VERSION]);
        number(&mut bytes, self.values.len() as u64);
        for (key, value) in &*self.values {
            text(&mut bytes, key);
            text(&mut bytes, value);
        }
        number(&mut bytes, self.sessions.len() as u64);
        for (client, session) in &*self.sessions {
            number(&mut bytes, client.0.into());
            number(&mut bytes, session.serial);
            let (tag, value) = match session.answer.as_ref().map(|answer| &answer.outcome) {
                Some(Outcome::Done) => (0, None),
                Some(Outcome::Value(value)) => (1, value.as_ref()),
                Some(Outcome::Mismatch(value)) => (3, value.as_ref()),
                Some(Outcome::Expired) | None => (EXPIRED, None),
            };
            bytes.push(tag + u8::from(value.is_some()));
            if let Some(value) = value {
                text(&mut bytes, value);
            }
            if let Some(answer) = &session.answer {
                number(&mut bytes, answer.used.0);
            }
        }
        Image::from(&bytes[..])
    }

    /// Reads back what [`Store::image`] wrote.
    pub fn from_image(bytes: &[u8]) -> Result<Store, ImageError> {
        let mut rest = match bytes.split_first() {
            None => return Err(ImageError::Cut),
            Some((&VERSION, rest)) => rest,
            Some((version, _)) => return Err(ImageError::Version(*version)),
        };
        let (mut values, mut sessions) = (BTreeMap::new(), BTreeMap::new());
        for _ in 0..take_number(&mut rest)? {
            let (key, value) = (take_text(&mut rest)?, take_text(&mut rest)?);
            add(&mut values, key, value)?;
        }
        for _ in 0..take_number(&mut rest)? {
            let client = u32::try_from(take_number(&mut rest)?).map_err(|_| ImageError::Content)?;
            let session = Session { serial: take_number(&mut rest)?, answer: take_answer(&mut rest)? };
            add(&mut sessions, ClientId(client), session)?;
        }
        match rest {
            [] => Ok(Store { values: Arc::new(values), sessions: Arc::new(sessions) }),
            _ => Err(ImageError::Longer(rest.len())),
        }
    }
}

/// Ascending, each once: there is one way only to write a store.
fn add<K: Ord, V>(map: &mut BTreeMap<K, V>, key: K, value: V) -> Result<(), ImageError> {
    if map.last_key_value().is_some_and(|(last, _)| *last >= key) {
        return Err(ImageError::Content);
    }
    map.insert(key, value);
    Ok(())
}

fn take_answer(rest: &mut &[u8]) -> Result<Option<Answered>, ImageError> {
    let (tag, after) = rest.split_first().ok_or(ImageError::Cut)?;
    *rest = after;
    let outcome = match *tag {
        0 => Outcome::Done,
        1 => Outcome::Value(None),
        2 => Outcome::Value(Some(take_text(rest)?)),
        3 => Outcome::Mismatch(None),
        4 => Outcome::Mismatch(Some(take_text(rest)?)),
        EXPIRED => return Ok(None),
        _ => return Err(ImageError::Content),
    };
    Ok(Some(Answered { outcome, used: Index(take_number(rest)?) }))
}

/// Seven bits a byte, the lowest first.
fn number(bytes: &mut Vec<u8>, mut n: u64) {
    while n > 0x7f {
        bytes.push(n as u8 | 0x80);
        n >>= 7;
    }
    bytes.push(n as u8);
}

fn take_number(rest: &mut &[u8]) -> Result<u64, ImageError> {
    let mut n = 0u64;
    for shift in (0..64).step_by(7) {
        let (byte, after) = rest.split_first().ok_or(ImageError::Cut)?;
        *rest = after;
        n |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            // A last byte that adds nothing, or more than there is room for, nobody writes.
            let one_way = (*byte > 0 || shift == 0) && u64::from(*byte) << shift >> shift == u64::from(*byte);
            return if one_way { Ok(n) } else { Err(ImageError::Content) };
        }
    }
    Err(ImageError::Content)
}

fn text(bytes: &mut Vec<u8>, text: &str) {
    number(bytes, text.len() as u64);
    bytes.extend_from_slice(text.as_bytes());
}

fn take_text(rest: &mut &[u8]) -> Result<Arc<str>, ImageError> {
    let len = usize::try_from(take_number(rest)?).map_err(|_| ImageError::Cut)?;
    let (text, after) = rest.split_at_checked(len).ok_or(ImageError::Cut)?;
    *rest = after;
    core::str::from_utf8(text).map(Arc::from).map_err(|_| ImageError::Content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::{Operation, Request, Sessions};

    fn store() -> Store {
        let mut store = Store::default();
        let operations = [
            Operation::Set { key: "x".into(), value: "é".into() },
            Operation::Get { key: "x".into() },
            Operation::Get { key: "y".into() },
            Operation::Cas { key: "x".into(), expected: "2".into(), value: "3".into() },
            Operation::Cas { key: "z".into(), expected: "2".into(), value: "3".into() },
            Operation::Set { key: "long".into(), value: "v".repeat(300).into() },
            Operation::Append { key: "x".into(), value: "ê".into() },
        ];
        for (operation, n) in operations.into_iter().zip(1..) {
            let client = Some(ClientId(n));
            let request = Request { client, serial: u64::from(n) * 100, operation, sessions: Sessions::Latest(6) };
            store.apply(Index(u64::from(n) * 50), &request);
        }
        store
    }

    #[test]
    fn a_store_reads_back_from_its_image() {
        for store in [Store::default(), store()] {
            assert_eq!(Store::from_image(&store.image()), Ok(store));
        }
    }

    #[test]
    fn a_cut_or_longer_image_is_refused_and_another_version_is_named() {
        let image = store().image();
        for len in 0..image.len() {
            assert_eq!(Store::from_image(&image[..len]), Err(ImageError::Cut), "{len} bytes");
        }
        assert_eq!(Store::from_image(&[&image[..], &[0]].concat()), Err(ImageError::Longer(1)));
        assert_eq!(Store::from_image(&[2, 0, 0]), Err(ImageError::Version(2)));
    }

    /// Whatever bytes come, what is read is written the same way again.
    #[test]
    fn there_is_one_way_to_write_a_store() {
        let image = store().image().to_vec();
        let mut read = 0;
        for at in 0..image.len() {
            for byte in 0..=255 {
                let mut other = image.clone();
                other[at] = byte;
                if let Ok(store) = Store::from_image(&other) {
                    assert_eq!(&store.image()[..], other, "byte {at} is {byte}");
                    read += 1;
                }
            }
        }
        assert!(read > image.len());
    }
}
