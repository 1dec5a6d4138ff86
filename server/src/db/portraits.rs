//! Beneficiaries' portraits, which go with their faces.

use saksi_records::wire::BeneficiaryPortrait;
use saksi_records::{BeneficiaryId, Portrait};
use zeroize::Zeroizing;

use super::{Conn, Result, parse, roster, set_setting, setting, sql};

const SHOWN: &str = "portraits";

/// Somebody's portrait.
pub(crate) async fn of(conn: &mut Conn, id: &BeneficiaryId) -> Result<Option<Portrait>> {
    let jpeg: Option<Vec<u8>> = sql::query_scalar("SELECT jpeg FROM portraits WHERE beneficiary = $1")
        .bind(id.as_str())
        .fetch_optional(conn)
        .await?;
    jpeg.map(|jpeg| Portrait::new(jpeg).map_err(|e| sqlx::Error::Decode(Box::new(e)))).transpose()
}

/// Gives somebody a portrait, or takes it away. The beneficiary's change is what handsets hear of.
pub(crate) async fn put(conn: &mut Conn, id: &BeneficiaryId, portrait: Option<&Portrait>) -> Result<()> {
    let query = match portrait {
        Some(portrait) => sql::query(
            "INSERT INTO portraits (beneficiary, jpeg) VALUES ($1, $2) \
             ON CONFLICT (beneficiary) DO UPDATE SET jpeg = excluded.jpeg",
        )
        .bind(id.as_str())
        .bind(portrait.jpeg()),
        None => sql::query("DELETE FROM portraits WHERE beneficiary = $1").bind(id.as_str()),
    };
    query.execute(conn).await?;
    Ok(())
}

/// Those of a handset's beneficiaries that changed after the first number, and not after the second.
pub(crate) async fn changed(conn: &mut Conn, handset: &str, after: i64, to: i64) -> Result<Vec<BeneficiaryPortrait>> {
    let rows: Vec<(String, Vec<u8>)> = sql::query_as(
        "SELECT b.id, p.jpeg FROM beneficiaries b JOIN listed l ON l.beneficiary = b.id AND l.handset = $1 \
         JOIN portraits p ON p.beneficiary = b.id \
         WHERE b.change > $2 AND b.change <= $3 AND b.template IS NOT NULL ORDER BY b.change",
    )
    .bind(handset)
    .bind(after)
    .bind(to)
    .fetch_all(conn)
    .await?;
    let portrait =
        |(id, jpeg): (String, _)| Ok(BeneficiaryPortrait { beneficiary: parse(&id)?, jpeg: Zeroizing::new(jpeg) });
    rows.into_iter().map(portrait).collect()
}

/// Whether handsets are to have portraits from now on. Where they weren't before, all of them hear of all again.
pub(crate) async fn show(conn: &mut Conn, shown: bool) -> Result<()> {
    let before = setting(conn, SHOWN).await?.is_some_and(|it| it == "on");
    if shown == before {
        return Ok(());
    }
    set_setting(conn, SHOWN, if shown { "on" } else { "off" }).await?;
    if shown {
        let ids: Vec<String> = sql::query_scalar("SELECT beneficiary FROM portraits").fetch_all(&mut *conn).await?;
        for id in ids {
            roster::touch(conn, &id, false).await?;
        }
    }
    Ok(())
}
