//! The ratios, as they are printed at the end.

/// A promise and what came of it.
struct Figure {
    what: String,
    measured: f64,
    at_least: f64,
}

/// All figures of a run.
#[derive(Default)]
pub(crate) struct Figures(Vec<Figure>);

impl Figures {
    /// Notes a ratio.
    pub(crate) fn note(&mut self, what: &str, measured: f64, at_least: f64) {
        eprintln!("{what}: {measured:.2}x (promised {at_least}x)");
        self.0.push(Figure {
            what: what.to_owned(),
            measured,
            at_least,
        });
    }

    pub(crate) fn print(&self) {
        println!("| what | measured | promised | |\n|---|---|---|---|");
        for Figure {
            what,
            measured,
            at_least,
        } in &self.0
        {
            let kept = if measured >= at_least { "kept" } else { "NOT kept" };
            println!("| {what} | {measured:.2}x | {at_least}x | {kept} |");
        }
    }
}
