//! What a run would ask for, told from its plan alone.

mod bounds;
mod needs;
mod requests;

pub use bounds::Bounds;
pub use requests::{Forecast, RegistryForecast};
