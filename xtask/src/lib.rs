//! The project's own commands, and the props that its tests share with the demonstration.

pub mod android;
pub mod arm64;
pub mod bench;
pub mod bindings;
pub mod build;
pub mod demo;
pub mod load;
pub mod models;
pub mod postgres;
pub mod props;
pub mod python;
pub mod test;
