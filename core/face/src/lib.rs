//! core/face
