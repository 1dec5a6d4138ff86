//! core/field
