//! What a file is, by its content and never by its name alone, and a clear refusal for what cannot be read as a list.

use super::refusal::{Limits, Refusal, figure};

/// What the content is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// A zip archive that may be a workbook.
    Zip,
    /// Something that may be delimited text.
    Text,
}

const SAVE_AS: &str = "Öppna den i kalkylprogrammet, välj Spara som och formatet ”Excel-arbetsbok (.xlsx)” eller ”CSV UTF-8”, och \
                       skicka den nya filen.";

/// Tells what the bytes are.
///
/// # Errors
/// For an empty or too large file and for everything known not to be a list: old and encrypted workbooks, PDF, images,
/// web pages, JSON and others, each with its own way out.
pub(super) fn content(bytes: &[u8], limits: &Limits) -> Result<Content, Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::new(
            "file_empty",
            "Filen är tom. Kontrollera att exporten blev klar och skicka filen igen.",
        ));
    }
    if bytes.len() > limits.bytes {
        return Err(Refusal::new(
            "file_too_large",
            format!(
                "Filen är {} MB. Den får vara högst {} MB. Dela upp den eller ta bort bilder och kolumner som inte behövs.",
                figure(bytes.len().div_ceil(1024 * 1024)),
                figure(limits.bytes / (1024 * 1024))
            ),
        ));
    }
    if let Some(refusal) = by_signature(bytes) {
        return Err(refusal);
    }
    if bytes.starts_with(b"PK\x03\x04")
        || bytes.starts_with(b"PK\x05\x06")
        || bytes.starts_with(b"PK\x07\x08")
    {
        return Ok(Content::Zip);
    }
    let start = super::encoding::decode(bytes.get(..bytes.len().min(4096)).unwrap_or(bytes)).text;
    match by_text(super::grid::trim(&start)) {
        Some(refusal) => Err(refusal),
        None => Ok(Content::Text),
    }
}

fn by_signature(bytes: &[u8]) -> Option<Refusal> {
    let refusal = |code, message: String| Some(Refusal::new(code, message));
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return Some(compound(bytes));
    }
    let head = bytes.get(..bytes.len().min(1024)).unwrap_or(bytes);
    if head.windows(5).any(|window| window == b"%PDF-") {
        return refusal(
            "file_pdf",
            "Filen är en PDF. Ur en PDF går det inte att läsa en lista säkert. Be avsändaren om listan som Excel- eller CSV-fil."
                .into(),
        );
    }
    let image = head.starts_with(b"\x89PNG")
        || head.starts_with(b"\xFF\xD8\xFF")
        || head.starts_with(b"GIF8")
        || head.starts_with(b"II*\0")
        || head.starts_with(b"MM\0*")
        || head.starts_with(b"BM") && head.get(6..10) == Some(&[0, 0, 0, 0])
        || head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP");
    if image {
        return refusal(
            "file_image",
            "Filen är en bild. Be avsändaren om listan som Excel- eller CSV-fil i stället för en skärmbild."
                .into(),
        );
    }
    if head.starts_with(b"{\\rtf") {
        return refusal(
            "file_document",
            "Filen är ett textdokument (RTF), inte en lista. Skicka listan som Excel- eller CSV-fil.".into(),
        );
    }
    let archive =
        head.starts_with(b"7z\xBC\xAF\x27\x1C") || head.starts_with(b"Rar!") || head.starts_with(b"\x1F\x8B");
    if archive {
        return refusal(
            "file_archive",
            "Filen är packad. Packa upp den och skicka listan som ligger i den.".into(),
        );
    }
    if head.starts_with(b"SQLite format 3\0") || head.starts_with(b"\x00\x01\x00\x00Standard") {
        return refusal(
            "file_database",
            "Filen är en databas. Exportera tabellen som Excel- eller CSV-fil och skicka den.".into(),
        );
    }
    if head.starts_with(b"MZ") && bytes.contains(&0) || head.starts_with(b"\x7FELF") {
        return refusal("file_program", "Filen är ett program och kan inte läsas in.".into());
    }
    binary(bytes).then(|| {
        Refusal::new(
            "file_unknown",
            format!("Filen är varken en Excel-arbetsbok eller en textfil med kolumner. {SAVE_AS}"),
        )
    })
}

/// Old Office files, and new ones with a password, share one container.
fn compound(bytes: &[u8]) -> Refusal {
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let holds = |name: &str| {
        let name = wide(name);
        bytes.windows(name.len()).any(|window| window == name)
    };
    if holds("EncryptedPackage") {
        Refusal::new(
            "file_encrypted",
            "Arbetsboken är skyddad med lösenord. Öppna den, ta bort lösenordet (Arkiv, Information, Skydda arbetsbok) och \
             skicka den igen.",
        )
    } else if holds("WordDocument") || holds("PowerPoint Document") {
        Refusal::new(
            "file_document",
            "Filen är ett äldre Office-dokument, inte en lista. Skicka listan som Excel- eller CSV-fil.",
        )
    } else if holds("Workbook") || holds("Book") {
        Refusal::new(
            "file_xls",
            format!("Filen är en arbetsbok i det gamla Excel-formatet (.xls). {SAVE_AS}"),
        )
    } else {
        Refusal::new(
            "file_unknown",
            format!("Filen har ett gammalt Office-format som inte kan läsas. {SAVE_AS}"),
        )
    }
}

/// Control characters that no text has, unless it is UTF-16.
fn binary(bytes: &[u8]) -> bool {
    let sample = bytes.get(..bytes.len().min(65_536)).unwrap_or(bytes);
    let zip = sample.starts_with(b"PK");
    if zip || sample.starts_with(b"\xFF\xFE") || sample.starts_with(b"\xFE\xFF") {
        return false;
    }
    let odd = |c: &u8| matches!(*c, 0x00..=0x08 | 0x0E..=0x19 | 0x7F);
    let zeros = |start: usize| sample.iter().skip(start).step_by(2).filter(|c| **c == 0).count();
    let pairs = sample.len() / 2;
    let wide = pairs > 1 && (zeros(0) * 10 >= pairs * 7) != (zeros(1) * 10 >= pairs * 7);
    !wide && sample.iter().filter(|c| odd(c)).count() * 100 > sample.len()
}

fn by_text(start: &str) -> Option<Refusal> {
    let lower = start.get(..start.len().min(1024)).unwrap_or(start).to_lowercase();
    let markup = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if lower.starts_with('<') {
        if markup(&["<workbook", "urn:schemas-microsoft-com:office:spreadsheet"]) {
            return Some(Refusal::new("file_xml", format!("Filen är ett XML-kalkylblad. {SAVE_AS}")));
        }
        if markup(&["<html", "<!doctype html", "<table", "<body", "<head", "<div"]) {
            return Some(Refusal::new(
                "file_html",
                format!("Filen är en webbsida, även om namnet kan säga något annat. {SAVE_AS}"),
            ));
        }
        if markup(&["<?xml", "</", "/>"]) {
            return Some(Refusal::new(
                "file_xml",
                format!("Filen är XML, inte en lista med kolumner. {SAVE_AS}"),
            ));
        }
    }
    let json = (start.starts_with('{') || start.starts_with('['))
        && start.trim_start_matches(['{', '[', ' ', '\r', '\n', '\t']).starts_with(['"', '}', ']'])
        && (start.contains("\":") || start.contains("\" :") || start.starts_with('['));
    json.then(|| {
        Refusal::new(
            "file_json",
            "Filen är JSON, som är gjort för program. Be avsändaren om listan som Excel- eller CSV-fil.",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(bytes: &[u8]) -> &'static str {
        match content(bytes, &Limits::default()) {
            Ok(Content::Zip) => "zip",
            Ok(Content::Text) => "text",
            Err(refusal) => {
                assert!(refusal.message.ends_with('.'), "{}", refusal.message);
                refusal.code
            }
        }
    }

    #[test]
    fn what_is_not_a_list_is_named_for_what_it_is() {
        let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let old =
            |name: &str| [b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(), vec![0; 600], wide(name)].concat();
        for (bytes, expected) in [
            (b"".to_vec(), "file_empty"),
            (b"%PDF-1.7\n%\xE2\xE3".to_vec(), "file_pdf"),
            (b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR".to_vec(), "file_image"),
            (old("Workbook"), "file_xls"),
            (old("EncryptedPackage"), "file_encrypted"),
            (old("WordDocument"), "file_document"),
            (b"<html><body><table><tr><td>1</td>".to_vec(), "file_html"),
            ("\u{feff}<!DOCTYPE HTML><table>".as_bytes().to_vec(), "file_html"),
            (
                b"<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">"
                    .to_vec(),
                "file_xml",
            ),
            (b"[\n  {\"kod\": \"0114\"}]".to_vec(), "file_json"),
            (b"{\"a\": 1}".to_vec(), "file_json"),
            (vec![0, 1, 2, 3, 0, 0, 7, 9, 200], "file_unknown"),
            (b"\x1F\x8B\x08\0".to_vec(), "file_archive"),
        ] {
            assert_eq!(code(&bytes), expected);
        }
    }

    #[test]
    fn lists_are_let_through() {
        let wide: Vec<u8> = "Kod;Namn\r\n1;Å\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(code(&wide), "text");
        assert_eq!(code(b"Kod;Namn\r\n"), "text");
        assert_eq!(code(b"\"a\";\"b\"\n"), "text");
        assert_eq!(code(b"[A];[B]\n1;2\n"), "text");
        assert_eq!(code(b"PK\x03\x04rest"), "zip");
    }

    #[test]
    fn a_file_over_the_limit_is_refused_by_its_size() {
        let limits = Limits { bytes: 1024 * 1024, ..Limits::default() };
        let refusal = content(&vec![b'a'; 1024 * 1024 + 1], &limits).unwrap_err();
        assert_eq!(refusal.code, "file_too_large");
        assert!(refusal.message.contains("högst 1 MB"), "{}", refusal.message);
    }
}
