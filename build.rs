//! Rebuilds when a migration is added: the migrator is embedded in the binary.

#![expect(clippy::print_stdout, reason = "a build script speaks to cargo on standard output")]

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
