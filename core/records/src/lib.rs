//! core/records
