//! Where a handset stands in its roster: the last change it has heard of, and in which epoch of the database.
//!
//! A database that is put back from a backup gives change numbers out again, for other changes. So a new epoch begins there,
//! and a cursor of another epoch is as good as none. Cursors only ever grow, and a handset needn't know what is in them.

use jiff::Timestamp;

use super::{Conn, Result, set_setting, setting};

const EPOCH: &str = "epoch";
/// So many bits of a cursor are the change: eight billion of them. The other twenty, of the 53 that every reader of JSON keeps,
/// are the epoch.
const CHANGE_BITS: u32 = 33;
/// Epochs go by the time when they began, in periods of ten minutes since 2026, until 2045.
const SINCE: i64 = 1_767_225_600;
const PERIOD_S: i64 = 600;

/// A handset's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub epoch: u64,
    pub change: i64,
}

impl Cursor {
    /// The one that a handset sends.
    pub fn of(number: u64) -> Self {
        Self { epoch: number >> CHANGE_BITS, change: (number & ((1 << CHANGE_BITS) - 1)) as i64 }
    }

    /// What a handset is told.
    pub fn number(self) -> u64 {
        (self.epoch << CHANGE_BITS) | self.change.unsigned_abs()
    }
}

/// The epoch of this database; 0 where it was never put back.
pub(crate) async fn epoch(conn: &mut Conn) -> Result<u64> {
    Ok(setting(conn, EPOCH).await?.and_then(|text| text.parse().ok()).unwrap_or(0))
}

/// Begins a new epoch: every handset hears of its whole roster again.
pub(crate) async fn begin_epoch(conn: &mut Conn) -> Result<()> {
    let period = (Timestamp::now().as_second() - SINCE).max(0).unsigned_abs() / PERIOD_S.unsigned_abs();
    let next = period.max(epoch(conn).await? + 1);
    set_setting(conn, EPOCH, &next.to_string()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_holds_both_and_grows_with_either() {
        for (epoch, change) in [(0, 0), (0, 77), (47_000, 0), ((1 << 20) - 1, (1 << CHANGE_BITS) - 1)] {
            let cursor = Cursor { epoch, change };
            assert_eq!(Cursor::of(cursor.number()), cursor);
            assert!(cursor.number() < 1 << 53);
        }
        assert_eq!(Cursor { epoch: 0, change: 77 }.number(), 77, "as it was before there were epochs");
        assert!(Cursor { epoch: 1, change: 0 }.number() > Cursor { epoch: 0, change: (1 << CHANGE_BITS) - 1 }.number());
    }
}
