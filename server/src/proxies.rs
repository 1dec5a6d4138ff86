//! One proxy who collects for many.

use ring::hmac;
use saksi_records::{Nik, RecordId, RoundId};

use crate::db::alerts::{self, Alert};
use crate::db::handsets::Handset;
use crate::db::{self, Conn, evidence};

/// What a proxy goes by in the database: a keyed hash of the NIK, since there are few enough NIKs to try them all.
pub(crate) fn tag(key: &hmac::Key, nik: &Nik) -> String {
    hex::encode(&hmac::sign(key, nik.reveal().as_bytes()).as_ref()[..16])
}

/// Raises an alert where a proxy, whose latest record is in the database, has collected for more than `limit` people in a
/// round. The alert follows as the number grows.
pub(crate) async fn check(
    conn: &mut Conn,
    handset: &Handset,
    record: RecordId,
    tag: &str,
    round: &RoundId,
    limit: u32,
) -> db::Result<()> {
    let beneficiaries = evidence::served_by_proxy(conn, tag, round).await?;
    if beneficiaries > u64::from(limit) {
        let alert = Alert::ProxyReuse { round: round.clone(), beneficiaries };
        alerts::raise(conn, &format!("proxy {tag} {round}"), &alert, handset.id, Some(record)).await?;
    }
    Ok(())
}
