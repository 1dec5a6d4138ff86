//! Data that crosses as it is: the types of `saksi-field` and `saksi-records`, told to UniFFI field by field.
//!
//! These declarations define nothing. The compiler refuses one that doesn't fit the type it stands for.

mod faces;
mod ids;
mod programme;
mod records;
mod roster;
mod visits;

pub use programme::HandsetInfo;
pub use roster::{Coordinates, ListedBeneficiary, Stop};
