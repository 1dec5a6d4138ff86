//! What the officer's day adds up to: receipts, cash, progress, and one card for each beneficiary.

pub(crate) mod card;
pub(crate) mod cash;
pub(crate) mod note;
pub(crate) mod progress;
pub(crate) mod receipt;
pub(crate) mod receipt_qr;
pub(crate) mod used_pages;
