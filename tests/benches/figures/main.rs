//! The figures that the service promises, as ratios against its peers and against what the disk allows, in one run.
//!
//! `cargo bench -p tests --bench figures` measures all of them on a private Postgres with `fsync` on. Only ratios carry
//! over from one machine to another. Rates are measured in `FIGURES_ROUNDS` (7) rounds of `FIGURES_SECONDS` (2) each, in
//! turns, and the middle ratio counts; `FIGURES_PRISONERS` (20000) is how large an estate is rebuilt. Naming a group
//! (`append`, `http`, `rebuild`, `memory`, `attacks`) measures that one.

mod append;
mod attacks;
mod clients;
mod cluster;
mod estate;
mod http;
mod inserts;
mod memory;
mod processor;
mod rebuild;
mod stock;
mod table;
mod wire;

use table::Figures;

/// The allocator of the service itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let asked: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| !arg.starts_with('-'))
        .collect();
    let wants = |group: &str| asked.is_empty() || asked.iter().any(|arg| arg == group);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut figures = Figures::default();
    runtime.block_on(async {
        if wants("append") {
            append::measure(&mut figures).await;
        }
        if wants("http") {
            http::measure(&mut figures).await;
        }
        if wants("rebuild") {
            rebuild::measure(&mut figures).await;
        }
        if wants("memory") {
            memory::measure(&mut figures).await;
        }
        if wants("attacks") {
            attacks::measure(&mut figures).await;
        }
    });
    figures.print();
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(otherwise)
}
