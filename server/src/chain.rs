//! Where an envelope stands in its handset's chain: how far the chain is complete, and which alerts that raises or ends.
//!
//! Envelopes may come in any order, so a gap is normal until the missing ones arrive. A fork is not; but the records of
//! both pasts are evidence, so it only raises an alert, and the chain goes on from the one that came.

use saksi_records::{ChainError, ChainHead, Envelope};

use crate::db::alerts::{self, Alert};
use crate::db::handsets::Handset;
use crate::db::{self, Conn, evidence, handsets};

/// Follows a handset's chain as far as it is complete now that `arrived` has been kept. Returns its end.
pub(crate) async fn follow(conn: &mut Conn, handset: &Handset, arrived: &Envelope) -> db::Result<ChainHead> {
    let current = handsets::handset(conn, handset.id).await?;
    let mut head = current.map_or(ChainHead::START, |it| it.head);
    let earlier = evidence::digests_at(conn, handset.id, arrived.header().seq).await?;
    // Kept just now, so it is among the earlier ones: only another in its place counts.
    let earlier = earlier.into_iter().find(|digest| *digest != arrived.digest());
    if arrived.header().seq <= head.seq
        && matches!(head.link(handset.id, &handset.key, arrived, |_| earlier), Err(ChainError::Fork { .. }))
    {
        raise_fork(conn, handset, arrived).await?;
    }
    loop {
        let mut candidates = Vec::new();
        for bytes in evidence::bytes_at(conn, handset.id, head.seq + 1).await? {
            candidates.push(Envelope::parse(bytes).map_err(|e| sqlx::Error::Decode(Box::new(e)))?);
        }
        let links = |envelope: &Envelope| head.link(handset.id, &handset.key, envelope, |_| None).is_ok();
        let next = candidates.iter().position(links);
        let Some(chosen) = next.or((!candidates.is_empty()).then_some(0)) else { break };
        for (i, envelope) in candidates.iter().enumerate() {
            if Some(i) != next {
                raise_fork(conn, handset, envelope).await?;
            }
        }
        head = ChainHead { seq: head.seq + 1, digest: candidates[chosen].digest() };
    }

    let subject = format!("gap {}", handset.id);
    let missing = evidence::missing(conn, handset.id, head).await?;
    if missing.is_empty() {
        alerts::close(conn, &subject).await?;
    } else {
        alerts::raise(conn, &subject, &Alert::Gap { missing }, handset.id, None).await?;
    }
    Ok(head)
}

async fn raise_fork(conn: &mut Conn, handset: &Handset, envelope: &Envelope) -> db::Result<()> {
    let header = envelope.header();
    let alert = Alert::Fork { seq: header.seq };
    alerts::raise(conn, &format!("fork {}", header.record), &alert, handset.id, Some(header.record)).await
}
