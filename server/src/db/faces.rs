//! Face templates as the database holds them: proxies' by round, and beneficiaries' by change.

use saksi_records::{BeneficiaryId, FaceTemplate, RecordId, RoundId};

use super::{Conn, Result, parse, sql};

/// A face with the number it is read by.
#[derive(Debug)]
pub(crate) struct Row {
    /// A proxy's own number, or the beneficiary's change number.
    pub number: i64,
    pub beneficiary: BeneficiaryId,
    pub template: Vec<u8>,
}

/// Keeps a proxy's face.
pub(crate) async fn keep_proxy(
    conn: &mut Conn,
    record: RecordId,
    round: &RoundId,
    beneficiary: &BeneficiaryId,
    face: &FaceTemplate,
) -> Result<()> {
    sql::query("INSERT INTO proxy_faces (record, round, beneficiary, model, template) VALUES ($1, $2, $3, $4, $5)")
        .bind(record.to_string())
        .bind(round.as_str())
        .bind(beneficiary.as_str())
        .bind(&face.model)
        .bind(&face.data)
        .execute(conn)
        .await?;
    Ok(())
}

/// The faces of a round's proxies that came after a number, in order.
pub(crate) async fn proxies_after(conn: &mut Conn, round: &RoundId, model: &str, after: i64) -> Result<Vec<Row>> {
    let rows: Vec<(i64, String, Vec<u8>)> = sql::query_as(
        "SELECT id, beneficiary, template FROM proxy_faces WHERE round = $1 AND model = $2 AND id > $3 ORDER BY id",
    )
    .bind(round.as_str())
    .bind(model)
    .bind(after)
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(row).collect()
}

/// The faces of all beneficiaries on a list, of one model, in the order of their last changes.
pub(crate) async fn beneficiaries(conn: &mut Conn, model: &str) -> Result<Vec<Row>> {
    let rows: Vec<(i64, String, Vec<u8>)> = sql::query_as(
        "SELECT change, id, template FROM beneficiaries WHERE template_model = $1 AND active = TRUE ORDER BY change",
    )
    .bind(model)
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(row).collect()
}

/// The last change of any beneficiary.
pub(crate) async fn last_change(conn: &mut Conn) -> Result<i64> {
    sql::query_scalar("SELECT COALESCE(MAX(change), 0) FROM beneficiaries").fetch_one(conn).await
}

fn row((number, beneficiary, template): (i64, String, Vec<u8>)) -> Result<Row> {
    Ok(Row { number, beneficiary: parse(&beneficiary)?, template })
}
