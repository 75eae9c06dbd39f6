//! Rebuilds when a migration is added: the migrator is embedded in the binary.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
