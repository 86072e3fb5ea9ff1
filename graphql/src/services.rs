//! The services behind the schema.

use commands::CommandBus;
use projections::ReadModels;

/// The services behind the schema: one way to change, one way to read.
#[derive(Clone)]
pub struct Services {
    /// The bus through which every change enters.
    pub bus: CommandBus,
    /// The read models, from which every query is answered.
    pub read_models: ReadModels,
}
