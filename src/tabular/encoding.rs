//! From bytes to text (rules 2.2 step 1): strict UTF-8 first, UTF-16, then the eight-bit code pages told apart by which
//! bytes stand inside words. Text that was encoded twice is repaired.

use std::borrow::Cow;

use encoding_rs::{MACINTOSH, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Decoded text and what was learnt on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// The encoding's name.
    pub encoding: &'static str,
    /// Whether there was a byte order mark.
    pub bom: bool,
    /// 0-based numbers of lines that were in another encoding than the file as a whole.
    pub mixed_lines: Vec<u32>,
}

/// Decodes a text file. Never fails: bytes that mean nothing become U+FFFD, which refuses their rows later.
#[must_use]
pub fn decode(bytes: &[u8]) -> Decoded {
    if let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        return match std::str::from_utf8(rest) {
            Ok(text) => plain(strip_mark(text).to_owned(), "utf-8", true),
            Err(_) => by_line(rest, true),
        };
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE") {
        return plain(UTF_16LE.decode_without_bom_handling(rest).0.into_owned(), "utf-16le", true);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFE\xFF") {
        return plain(UTF_16BE.decode_without_bom_handling(rest).0.into_owned(), "utf-16be", true);
    }
    if let Some(encoding) = utf_16_without_mark(bytes) {
        let name = if encoding == UTF_16LE { "utf-16le" } else { "utf-16be" };
        return plain(encoding.decode_without_bom_handling(bytes).0.into_owned(), name, false);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => plain(text.to_owned(), "utf-8", false),
        Err(_) if mostly_utf_8(bytes) => by_line(bytes, false),
        Err(_) => eight_bit(bytes),
    }
}

fn plain(text: String, encoding: &'static str, bom: bool) -> Decoded {
    Decoded { text, encoding, bom, mixed_lines: Vec::new() }
}

/// Some programs write the mark twice when files are joined.
fn strip_mark(text: &str) -> &str {
    text.trim_start_matches('\u{feff}')
}

/// UTF-16 of mostly Latin text has a zero in every other byte.
fn utf_16_without_mark(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let sample = bytes.get(..bytes.len().min(4096)).unwrap_or(bytes);
    if sample.len() < 4 || !bytes.len().is_multiple_of(2) {
        return None;
    }
    let zeros = |start: usize| sample.iter().skip(start).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, pairs) = (zeros(0), zeros(1), sample.len() / 2);
    if odd * 10 >= pairs * 7 && even * 10 < pairs {
        Some(UTF_16LE)
    } else if even * 10 >= pairs * 7 && odd * 10 < pairs {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Whether at least four fifths of the bytes above ASCII belong to valid UTF-8 sequences.
fn mostly_utf_8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().bytes().filter(|byte| !byte.is_ascii()).count();
        bad += chunk.invalid().len();
    }
    good >= bad * 4 && good > 0
}

/// A UTF-8 file with some foreign lines: those in windows-1252 are read so, the rest get U+FFFD.
fn by_line(bytes: &[u8], bom: bool) -> Decoded {
    let mut text = String::with_capacity(bytes.len());
    let mut mixed_lines = Vec::new();
    for (number, line) in (0_u32..).zip(bytes.split_inclusive(|byte| *byte == b'\n')) {
        match std::str::from_utf8(line) {
            Ok(line) => text.push_str(line),
            Err(_) if !mostly_utf_8(line) && score(line, is_1252_letter) > 0 => {
                text.push_str(&WINDOWS_1252.decode_without_bom_handling(line).0);
                mixed_lines.push(number);
            }
            Err(_) => text.push_str(&String::from_utf8_lossy(line)),
        }
    }
    Decoded { text: strip_mark(&text).to_owned(), encoding: "utf-8", bom, mixed_lines }
}

/// Tells windows-1252 (with Latin-1), CP850/CP437 and Mac Roman apart by the letters of Nordic words.
fn eight_bit(bytes: &[u8]) -> Decoded {
    let dos = score(bytes, |byte| {
        matches!(byte, 0x84 | 0x86 | 0x94 | 0x8E | 0x8F | 0x99 | 0x82 | 0x81 | 0x91 | 0x9B)
    });
    let windows = score(bytes, is_1252_letter);
    let mac = score(bytes, |byte| {
        matches!(byte, 0x8A | 0x8C | 0x9A | 0x80 | 0x81 | 0x85 | 0x8E | 0x9F | 0xBF | 0xBE)
    });
    if dos > windows && dos >= mac {
        plain(bytes.iter().map(|byte| cp850(*byte)).collect(), "cp850", false)
    } else if mac > windows && mac > dos {
        plain(MACINTOSH.decode_without_bom_handling(bytes).0.into_owned(), "macintosh", false)
    } else {
        plain(WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(), "windows-1252", false)
    }
}

fn is_1252_letter(byte: u8) -> bool {
    matches!(byte, 0xC0..=0xD6 | 0xD8..=0xF6 | 0xF8..=0xFE)
}

/// How many of the code page's letters stand beside an ASCII letter, as letters do.
fn score(bytes: &[u8], letter: impl Fn(u8) -> bool) -> usize {
    (0..bytes.len())
        .filter(|&at| {
            let beside = |index: Option<usize>| {
                index.and_then(|index| bytes.get(index)).is_some_and(u8::is_ascii_alphabetic)
            };
            bytes.get(at).is_some_and(|byte| letter(*byte))
                && (beside(at.checked_sub(1)) || beside(at.checked_add(1)))
        })
        .count()
}

/// The upper half of code page 850. Code page 437 has the same letters of Swedish in the same places.
const CP850: [char; 128] = [
    'Ç', 'ü', 'é', 'â', 'ä', 'à', 'å', 'ç', 'ê', 'ë', 'è', 'ï', 'î', 'ì', 'Ä', 'Å', 'É', 'æ', 'Æ', 'ô', 'ö',
    'ò', 'û', 'ù', 'ÿ', 'Ö', 'Ü', 'ø', '£', 'Ø', '×', 'ƒ', 'á', 'í', 'ó', 'ú', 'ñ', 'Ñ', 'ª', 'º', '¿', '®',
    '¬', '½', '¼', '¡', '«', '»', '░', '▒', '▓', '│', '┤', 'Á', 'Â', 'À', '©', '╣', '║', '╗', '╝', '¢', '¥',
    '┐', '└', '┴', '┬', '├', '─', '┼', 'ã', 'Ã', '╚', '╔', '╩', '╦', '╠', '═', '╬', '¤', 'ð', 'Ð', 'Ê', 'Ë',
    'È', 'ı', 'Í', 'Î', 'Ï', '┘', '┌', '█', '▄', '¦', 'Ì', '▀', 'Ó', 'ß', 'Ô', 'Ò', 'õ', 'Õ', 'µ', 'þ', 'Þ',
    'Ú', 'Û', 'Ù', 'ý', 'Ý', '¯', '´', '\u{ad}', '±', '‗', '¾', '¶', '§', '÷', '¸', '°', '¨', '·', '¹', '³',
    '²', '■', '\u{a0}',
];

fn cp850(byte: u8) -> char {
    match byte {
        0..=0x7F => char::from(byte),
        _ => CP850.get(usize::from(byte) - 0x80).copied().unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}

/// Repairs text that was encoded as UTF-8 twice (`Ã¥` → `å`). `None` when there is nothing to repair.
///
/// Each run of characters above ASCII is judged by itself: a run that can be written in windows-1252 and then is valid
/// UTF-8 was encoded twice, since that hardly ever happens by chance.
#[must_use]
pub fn repair(text: &str) -> Option<String> {
    let once = repair_once(text)?;
    Some(repair_once(&once).unwrap_or(once))
}

fn repair_once(text: &str) -> Option<String> {
    if !text.contains(['Ã', 'Â', 'â', 'Å', 'Ä']) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut changed = false;
    let mut rest = text;
    while !rest.is_empty() {
        let plain_end = rest.find(|c: char| !c.is_ascii()).unwrap_or(rest.len());
        let (plain, after) = rest.split_at(plain_end);
        out.push_str(plain);
        let run_end = after.find(|c: char| c.is_ascii()).unwrap_or(after.len());
        let (run, after) = after.split_at(run_end);
        match undone(run) {
            Some(fixed) => {
                out.push_str(&fixed);
                changed = true;
            }
            None => out.push_str(run),
        }
        rest = after;
    }
    changed.then_some(out)
}

fn undone(run: &str) -> Option<String> {
    if run.chars().count() < 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(run.len());
    for c in run.chars() {
        if let Ok(byte) = u8::try_from(u32::from(c)) {
            bytes.push(byte);
        } else {
            let mut buffer = [0_u8; 4];
            let (encoded, _, failed) = WINDOWS_1252.encode(c.encode_utf8(&mut buffer));
            match (failed, &*encoded) {
                (false, [byte]) => bytes.push(*byte),
                _ => return None,
            }
        }
    }
    let fixed = String::from_utf8(bytes).ok()?;
    (!fixed.chars().any(char::is_control)).then_some(fixed)
}

/// [`repair`], with the text itself where there was nothing to do.
#[must_use]
pub fn repaired(text: &str) -> (Cow<'_, str>, bool) {
    match repair(text) {
        Some(fixed) => (Cow::Owned(fixed), true),
        None => (Cow::Borrowed(text), false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENTENCE: &str = "Förvaltning;Åkerlund;Ärende;Överlåtelse\r\nlön;mål;räkning;À la carte\r\n";

    #[test]
    fn each_encoding_of_a_swedish_text_is_recognised() {
        let windows = WINDOWS_1252.encode(SENTENCE).0.into_owned();
        let dos: Vec<u8> =
            SENTENCE.chars().map(|c| (0..=255).find(|byte| cp850(*byte) == c).unwrap()).collect();
        let mac = MACINTOSH.encode(SENTENCE).0.into_owned();
        let le: Vec<u8> = SENTENCE.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = SENTENCE.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (bytes, encoding) in [
            (SENTENCE.as_bytes().to_vec(), "utf-8"),
            (windows, "windows-1252"),
            (dos, "cp850"),
            (mac, "macintosh"),
            (le, "utf-16le"),
            (be, "utf-16be"),
        ] {
            let decoded = decode(&bytes);
            assert_eq!((decoded.encoding, decoded.text.as_str(), decoded.bom), (encoding, SENTENCE, false));
        }
    }

    #[test]
    fn a_byte_order_mark_is_taken_away_and_noted() {
        let mut bytes = b"\xEF\xBB\xBF".to_vec();
        bytes.extend("Kod;Namn".bytes());
        assert_eq!(
            decode(&bytes),
            Decoded { text: "Kod;Namn".into(), encoding: "utf-8", bom: true, mixed_lines: vec![] }
        );
        let mut bytes = b"\xFF\xFE".to_vec();
        bytes.extend("Nivå".encode_utf16().flat_map(u16::to_le_bytes));
        let decoded = decode(&bytes);
        assert_eq!((decoded.text.as_str(), decoded.encoding, decoded.bom), ("Nivå", "utf-16le", true));
    }

    #[test]
    fn a_foreign_line_in_a_utf_8_file_is_read_as_windows_1252() {
        let mut bytes = "Åsa;Örjan;Märta;Håkan\nBjörn;Sölve;Gösta;Åke\n".as_bytes().to_vec();
        bytes.extend(WINDOWS_1252.encode("Källa;x\n").0.iter());
        let decoded = decode(&bytes);
        assert_eq!(decoded.encoding, "utf-8");
        assert!(decoded.text.ends_with("Källa;x\n"));
        assert_eq!(decoded.mixed_lines, [2]);
    }

    #[test]
    fn text_encoded_twice_is_repaired_and_other_text_left_alone() {
        let twice = |text: &str| WINDOWS_1252.decode_without_bom_handling(text.as_bytes()).0.into_owned();
        for text in ["Åkerlund Ärla", "1\u{a0}350\u{a0}000,00", "Källtröm – é", "PÖ Å Ä"] {
            assert_eq!(repair(&twice(text)).as_deref(), Some(text), "{}", twice(text));
        }
        assert_eq!(repair(&twice(&twice("Sjöö"))).as_deref(), Some("Sjöö"));
        for text in ["Åkerlund", "Château Â", "São João", "ÅÄÖ", "Ärlig"] {
            assert_eq!(repair(text), None, "{text}");
        }
    }
}
