//! A store as bytes: what a snapshot holds of it (§7), client sessions included (thesis §6.3).

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use raft_core::Image;

use crate::machine::{ClientId, Outcome, Store};

/// The first byte: which way of writing this is.
const VERSION: u8 = 1;

impl Store {
    /// The store as bytes: two equal stores give equal bytes.
    pub fn image(&self) -> Image {
        let mut bytes = Vec::from([VERSION]);
        number(&mut bytes, self.values.len() as u64);
        for (key, value) in &self.values {
            text(&mut bytes, key);
            text(&mut bytes, value);
        }
        number(&mut bytes, self.sessions.len() as u64);
        for (client, (serial, outcome)) in &self.sessions {
            number(&mut bytes, client.0.into());
            number(&mut bytes, *serial);
            let (tag, value) = match outcome {
                Outcome::Done => (0, None),
                Outcome::Value(value) => (1, value.as_ref()),
                Outcome::Mismatch(value) => (3, value.as_ref()),
            };
            bytes.push(tag + u8::from(value.is_some()));
            if let Some(value) = value {
                text(&mut bytes, value);
            }
        }
        Image::from(&bytes[..])
    }

    /// Reads back what [`Store::image`] wrote; `None` for anything else.
    pub fn from_image(bytes: &[u8]) -> Option<Store> {
        let mut rest = bytes.strip_prefix(&[VERSION])?;
        let mut store = Store::default();
        for _ in 0..take_number(&mut rest)? {
            let (key, value) = (take_text(&mut rest)?, take_text(&mut rest)?);
            store.values.insert(key, value);
        }
        for _ in 0..take_number(&mut rest)? {
            let client = ClientId(u32::try_from(take_number(&mut rest)?).ok()?);
            let serial = take_number(&mut rest)?;
            let (tag, after) = rest.split_first()?;
            rest = after;
            let outcome = match tag {
                0 => Outcome::Done,
                1 => Outcome::Value(None),
                2 => Outcome::Value(Some(take_text(&mut rest)?)),
                3 => Outcome::Mismatch(None),
                4 => Outcome::Mismatch(Some(take_text(&mut rest)?)),
                _ => return None,
            };
            store.sessions.insert(client, (serial, outcome));
        }
        rest.is_empty().then_some(store)
    }
}

/// Seven bits a byte, the lowest first.
fn number(bytes: &mut Vec<u8>, mut n: u64) {
    while n > 0x7f {
        bytes.push(n as u8 | 0x80);
        n >>= 7;
    }
    bytes.push(n as u8);
}

fn take_number(rest: &mut &[u8]) -> Option<u64> {
    let mut n = 0u64;
    for shift in (0..64).step_by(7) {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        n |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(n);
        }
    }
    None
}

fn text(bytes: &mut Vec<u8>, text: &str) {
    number(bytes, text.len() as u64);
    bytes.extend_from_slice(text.as_bytes());
}

fn take_text(rest: &mut &[u8]) -> Option<Arc<str>> {
    let len = usize::try_from(take_number(rest)?).ok()?;
    let (text, after) = rest.split_at_checked(len)?;
    *rest = after;
    Some(String::from_utf8(text.to_vec()).ok()?.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::{Operation, Request};

    fn store() -> Store {
        let mut store = Store::default();
        let operations = [
            Operation::Set { key: "x".into(), value: "é".into() },
            Operation::Get { key: "x".into() },
            Operation::Get { key: "y".into() },
            Operation::Cas { key: "x".into(), expected: "2".into(), value: "3".into() },
            Operation::Cas { key: "z".into(), expected: "2".into(), value: "3".into() },
            Operation::Set { key: "long".into(), value: "v".repeat(300).into() },
        ];
        for (operation, client) in operations.into_iter().zip(1..) {
            store.apply(&Request { client: Some(ClientId(client)), serial: u64::from(client) * 100, operation });
        }
        store
    }

    #[test]
    fn a_store_reads_back_from_its_image() {
        for store in [Store::default(), store()] {
            assert_eq!(Store::from_image(&store.image()), Some(store));
        }
    }

    #[test]
    fn a_cut_or_longer_image_is_refused() {
        let image = store().image();
        for len in 0..image.len() {
            assert_eq!(Store::from_image(&image[..len]), None, "{len} bytes");
        }
        assert_eq!(Store::from_image(&[&image[..], &[0]].concat()), None);
    }
}
