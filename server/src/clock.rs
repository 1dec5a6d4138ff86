//! Whether a handset's clock was changed, as its records show it beside those next to them in the chain.

use jiff::Timestamp;
use saksi_records::{Envelope, TimeEvidence, clock};

use crate::db::alerts::{self, Alert};
use crate::db::handsets::Handset;
use crate::db::{self, Conn, evidence};

/// Judges the time of an envelope that was kept just now, and again that of the one after it, which may have come sooner.
/// Returns whether its own is doubtful.
pub(crate) async fn check(
    conn: &mut Conn,
    author: &Handset,
    arrived: &Envelope,
    received: Timestamp,
) -> db::Result<bool> {
    let header = arrived.header();
    let before = placed(conn, author, header.seq.saturating_sub(1)).await?;
    let previous = before.iter().find(|(envelope, _)| envelope.digest() == header.prev);
    let previous = previous.map(|(envelope, _)| &envelope.header().created);
    let is_doubtful = judge(conn, author, previous, arrived, received).await?;
    for (next, received) in placed(conn, author, header.seq + 1).await? {
        if next.header().prev == arrived.digest() {
            judge(conn, author, Some(&header.created), &next, received).await?;
        }
    }
    Ok(is_doubtful)
}

async fn judge(
    conn: &mut Conn,
    author: &Handset,
    previous: Option<&TimeEvidence>,
    envelope: &Envelope,
    received: Timestamp,
) -> db::Result<bool> {
    let header = envelope.header();
    let doubts = clock::doubts(previous, &header.created, received);
    let is_doubtful = !doubts.is_empty();
    if is_doubtful {
        let alert = Alert::ClockChanged { doubts };
        let subject = format!("clock changed {}", header.record);
        alerts::raise(conn, &subject, &alert, author.id, Some(header.record)).await?;
    }
    Ok(is_doubtful)
}

/// A handset's envelopes in a place of its chain, and when they were received.
async fn placed(conn: &mut Conn, author: &Handset, seq: u64) -> db::Result<Vec<(Envelope, Timestamp)>> {
    let kept = evidence::placed(conn, author.id, seq).await?;
    // What is kept was read before.
    Ok(kept.into_iter().filter_map(|(bytes, received)| Some((Envelope::parse(bytes).ok()?, received))).collect())
}
