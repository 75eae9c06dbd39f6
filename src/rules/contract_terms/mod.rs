//! Contract terms written as free text, read into structured terms (`docs/rules.md` 1.2, `docs/data-formats.md` 6).
