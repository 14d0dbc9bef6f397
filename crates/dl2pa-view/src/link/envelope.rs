//! The outside of a link: version, base64url, checksum and deflate, with limits against hostile text.

use std::io::{Read as _, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

use super::LinkError;

/// The newest format that is read. 2 says the same as 1 and knows the person's own data as well; a link that has no
/// need of it stays one of version 1, which older programs read.
const NEWEST: u32 = 2;
const KEY: &str = "state=";
/// Letters that are looked at: more than is ever written, and few enough to be unpacked in no time.
const MAX_LETTERS: usize = 8_000;
/// Bytes that a link may unpack to.
const MAX_UNPACKED: u64 = 64 * 1024;
const CHECKSUM_BYTES: usize = 4;

/// From `state=` on: behind the last `#`, or the whole of a text that begins so.
pub(super) fn fragment(text: &str) -> Option<&str> {
    let text = text.trim();
    let tail = text.rsplit_once('#').map_or(text, |(_, tail)| tail);
    tail.strip_prefix(KEY)
}

/// Packs what a link of a version says.
pub(super) fn wrap(version: u32, toml: &str) -> Result<String, LinkError> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    // Writing to memory does not fail; were it to, no half link may leave.
    let packed = encoder
        .write_all(toml.as_bytes())
        .and_then(|()| encoder.finish())
        .map_err(|_full| LinkError::Oversized)?;
    let mut bytes = checksum(&packed).to_le_bytes().to_vec();
    bytes.extend_from_slice(&packed);
    Ok(format!("{KEY}{version}.{}", URL_SAFE_NO_PAD.encode(bytes)))
}

/// What a link says.
pub(super) fn unwrap(text: &str) -> Result<String, LinkError> {
    let (version, letters) = fragment(text)
        .and_then(|tail| tail.split_once('.'))
        .ok_or(LinkError::Foreign)?;
    let is_number = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number || version.starts_with('0') {
        return Err(LinkError::Foreign);
    }
    // More digits than fit into a number are a very new version.
    let version = version.parse().unwrap_or(u32::MAX);
    if version > NEWEST {
        return Err(LinkError::Newer {
            version,
            known: NEWEST,
        });
    }
    if letters.len() > MAX_LETTERS {
        return Err(LinkError::Oversized);
    }
    let bytes = URL_SAFE_NO_PAD
        .decode(letters)
        .map_err(|_letter| LinkError::Damaged)?;
    let (sum, packed) = bytes
        .split_first_chunk::<CHECKSUM_BYTES>()
        .ok_or(LinkError::Damaged)?;
    if checksum(packed) != u32::from_le_bytes(*sum) {
        return Err(LinkError::Damaged);
    }
    let mut toml = Vec::new();
    DeflateDecoder::new(packed)
        .take(MAX_UNPACKED + 1)
        .read_to_end(&mut toml)
        .map_err(|_broken| LinkError::Damaged)?;
    if toml.len() as u64 > MAX_UNPACKED {
        return Err(LinkError::Oversized);
    }
    String::from_utf8(toml).map_err(|_bytes| LinkError::Damaged)
}

/// CRC-32, which notices every change of up to 32 bits in a row.
fn checksum(bytes: &[u8]) -> u32 {
    let mut sum = flate2::Crc::new();
    sum.update(bytes);
    sum.sum()
}
