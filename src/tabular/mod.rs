//! Bytes of a CSV or XLSX file → sheets with a header, rows and row faults. Knows no area and no database.
