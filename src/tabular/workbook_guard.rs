//! Looks at a zip archive before anything is unpacked into memory: what sort of archive it is, how large its parts really
//! become, and whether its own figures can be trusted.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::refusal::{Limits, Refusal};
use super::workbook::broken;

/// Lets a workbook of reasonable size through.
///
/// # Errors
/// For other archives, for encrypted or broken ones, and for those that would unpack to more than the limits allow.
pub(super) fn check(bytes: &[u8], limits: &Limits) -> Result<(), Refusal> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| broken())?;
    let names: Vec<String> =
        archive.file_names().filter_map(|name| Some(name.ok()?.to_lowercase())).collect();
    workbook(&names)?;
    if archive.len() > limits.parts {
        return Err(bomb());
    }
    let mut left = limits.inflated;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|error| match error {
            zip::result::ZipError::UnsupportedArchive(zip::result::ZipError::PASSWORD_REQUIRED) => {
                Refusal::new(
                    "file_encrypted",
                    "Arbetsboken är skyddad med lösenord. Ta bort lösenordet och skicka den igen.",
                )
            }
            _ => broken(),
        })?;
        if part.size() > left {
            return Err(bomb());
        }
        let strings = part.name().is_ok_and(|name| name.to_lowercase().ends_with("sharedstrings.xml"));
        let packed = part.compressed_size().max(1);
        let ratio_counts = part.size() > 10 * 1024 * 1024;
        if ratio_counts && part.size() / packed > limits.ratio {
            return Err(bomb());
        }
        let (size, start) = really(part, left)?;
        left -= size;
        if strings && promised_strings(&start).is_some_and(|count| count > size / 5) {
            // Room for that many strings would be set aside at once; each takes at least five bytes of text.
            return Err(broken());
        }
    }
    Ok(())
}

fn workbook(names: &[String]) -> Result<(), Refusal> {
    let has = |start: &str| names.iter().any(|name| name.starts_with(start));
    let ends = |end: &str| names.iter().any(|name| name.ends_with(end));
    if has("xl/workbook.bin") {
        return Err(Refusal::new(
            "file_xlsb",
            "Arbetsboken har det binära formatet .xlsb. Öppna den, välj Spara som och ”Excel-arbetsbok (.xlsx)”, och skicka den nya \
             filen.",
        ));
    }
    if has("xl/") || ends("workbook.xml") {
        return Ok(());
    }
    Err(if has("word/") || has("ppt/") {
        Refusal::new(
            "file_document",
            "Filen är ett Word- eller PowerPoint-dokument, inte en lista. Skicka listan som Excel- eller CSV-fil.",
        )
    } else if has("content.xml") && has("mimetype") {
        Refusal::new(
            "file_ods",
            "Filen har OpenDocument-format (.ods, .odt). Öppna den, välj Spara som och ”Excel-arbetsbok (.xlsx)” eller ”CSV”, och \
             skicka den nya filen.",
        )
    } else if has("index/") || ends(".iwa") {
        Refusal::new(
            "file_numbers",
            "Filen är gjord i Numbers. Exportera den som Excel-arbetsbok (.xlsx) eller CSV och skicka den.",
        )
    } else {
        Refusal::new(
            "file_archive",
            "Filen är ett arkiv (zip). Packa upp det och skicka listan som ligger i det.",
        )
    })
}

fn bomb() -> Refusal {
    Refusal::new(
        "file_inflates",
        "Arbetsboken växer till orimlig storlek när den packas upp och läses därför inte. Kopiera själva listan till en ny, tom \
         arbetsbok och skicka den.",
    )
}

/// How many bytes the part really unpacks to, and its first bytes. Its own figure may lie.
fn really(mut part: impl Read, left: u64) -> Result<(u64, Vec<u8>), Refusal> {
    let mut buffer = vec![0_u8; 64 * 1024];
    let mut start = Vec::new();
    let mut size = 0_u64;
    loop {
        let read = part.read(&mut buffer).map_err(|_| broken())?;
        if read == 0 {
            return Ok((size, start));
        }
        if start.is_empty() {
            start.extend(buffer.iter().take(read.min(2048)));
        }
        size += read as u64;
        if size > left {
            return Err(bomb());
        }
    }
}

/// The number of strings a shared string table says it holds.
fn promised_strings(start: &[u8]) -> Option<u64> {
    let text = String::from_utf8_lossy(start);
    let (_, after) = text.split_once("uniqueCount")?;
    let digits: String =
        after.trim_start_matches(['=', ' ', '"', '\'']).chars().take_while(char::is_ascii_digit).collect();
    Some(digits.parse().unwrap_or(u64::MAX))
}
