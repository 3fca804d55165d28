//! The page and the documentation's scripts are part of the binary: build it again when a file comes or goes.

fn main() {
    for directory in ["web/dist", "assets", "../../docs"] {
        println!("cargo:rerun-if-changed={directory}");
    }
}
