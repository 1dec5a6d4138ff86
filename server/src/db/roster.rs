//! Rounds, beneficiaries and entitlements: how a roster file is applied, and what has changed since a cursor.

use jiff::Timestamp;
use saksi_records::roster_file::RosterRow;
use saksi_records::wire::{Approval, PaidMark, RosterDelta};
use saksi_records::{
    Beneficiary, BeneficiaryId, Coordinates, Entitlement, FaceTemplate, HandsetId, Portrait, RecordId, Round, RoundId,
    Rupiah,
};
use sqlx::FromRow;

use super::cursor::{self, Cursor};
use super::{Conn, Result, last_change, parse, portraits, sql, stamp, take_changes};

/// How many changed rows one delta carries at most.
const PAGE: i64 = 500;
/// And how many where portraits come with them: a page is to arrive within a minute on a slow network.
const PAGE_WITH_PORTRAITS: i64 = 75;

/// What an import did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Imported {
    /// Beneficiaries in the file.
    pub rows: u64,
    /// How many of them were on no roster here before.
    pub new: u64,
    /// How many of them are new or differ from what was known.
    pub changed: u64,
    /// Beneficiaries that were in the round's roster and are no longer.
    pub removed: u64,
    /// How many were on handsets' lists before.
    pub listed: u64,
    /// How many of those leave the lists.
    pub leaving: u64,
    /// What the file gives to all of them.
    pub amount: Rupiah,
}

/// Applies the whole roster of a round. The beneficiaries of the latest round are those that handsets get.
pub(crate) async fn import(conn: &mut Conn, round: &Round, rows: &[RosterRow]) -> Result<Imported> {
    let latest = apply_round(conn, round).await?;
    let listed: i64 =
        sql::query_scalar("SELECT COUNT(*) FROM beneficiaries WHERE active = TRUE").fetch_one(&mut *conn).await?;
    let mut done = Imported {
        rows: rows.len() as u64,
        listed: listed.unsigned_abs(),
        amount: rows.iter().map(|row| row.amount).sum(),
        ..Imported::default()
    };
    sql::query("CREATE TEMP TABLE IF NOT EXISTS in_file (id TEXT PRIMARY KEY)").execute(&mut *conn).await?;
    sql::query("DELETE FROM in_file").execute(&mut *conn).await?;
    for row in rows {
        let id = row.beneficiary.id.as_str();
        sql::query("INSERT INTO in_file (id) VALUES ($1)").bind(id).execute(&mut *conn).await?;
        let person = apply_person(conn, row, latest).await?;
        let amount = apply_entitlement(conn, id, round, row.amount).await?;
        done.new += u64::from(person == Applied::New);
        done.changed += u64::from(person != Applied::Same || amount);
    }
    let gone: Vec<String> = sql::query_scalar(
        "SELECT beneficiary FROM entitlements WHERE round = $1 AND beneficiary NOT IN (SELECT id FROM in_file)",
    )
    .bind(round.id.as_str())
    .fetch_all(&mut *conn)
    .await?;
    done.removed = gone.len() as u64;
    sql::query("DELETE FROM entitlements WHERE round = $1 AND beneficiary NOT IN (SELECT id FROM in_file)")
        .bind(round.id.as_str())
        .execute(&mut *conn)
        .await?;
    if latest {
        let unlisted: Vec<String> = sql::query_scalar(
            "SELECT id FROM beneficiaries WHERE active = TRUE AND id NOT IN (SELECT id FROM in_file)",
        )
        .fetch_all(&mut *conn)
        .await?;
        done.leaving = unlisted.len() as u64;
        for id in unlisted {
            depart(conn, &id).await?;
            sql::query("UPDATE beneficiaries SET active = FALSE WHERE id = $1").bind(&id).execute(&mut *conn).await?;
        }
    }
    Ok(done)
}

/// How many changed rows a page carries, with portraits or without.
pub(crate) fn page_rows(with_portraits: bool) -> i64 {
    if with_portraits { PAGE_WITH_PORTRAITS } else { PAGE }
}

/// What changed for one handset since its cursor, at most so many rows of it, with portraits or without. Read it in a snapshot.
pub(crate) async fn delta(
    conn: &mut Conn,
    handset: HandsetId,
    cursor: u64,
    with_portraits: bool,
    page: i64,
) -> Result<RosterDelta> {
    let handset = handset.to_string();
    let last = last_change(conn).await?;
    let epoch = cursor::epoch(conn).await?;
    let cursor = known(&handset, Cursor::of(cursor), Cursor { epoch, change: last });
    let changes: Vec<i64> =
        sql::query_scalar(CHANGES).bind(&handset).bind(cursor).bind(page + 1).fetch_all(&mut *conn).await?;
    let more = changes.len() as i64 > page;
    let to = if more { changes[page as usize - 1] } else { last };

    let rounds: Vec<(String, String)> =
        sql::query_as("SELECT id, title FROM rounds WHERE change > $1 AND change <= $2")
            .bind(cursor)
            .bind(to)
            .fetch_all(&mut *conn)
            .await?;
    let people: Vec<PersonRow> = sql::query_as(
        "SELECT b.id, b.nik, b.name, b.address, b.route, b.lat, b.lon, b.template_model, b.template FROM beneficiaries b \
         JOIN listed l ON l.beneficiary = b.id AND l.handset = $1 WHERE b.change > $2 AND b.change <= $3 ORDER BY b.change",
    )
    .bind(&handset)
    .bind(cursor)
    .bind(to)
    .fetch_all(&mut *conn)
    .await?;
    let entitlements: Vec<(String, String, i64)> = sql::query_as(
        "SELECT e.beneficiary, e.round, e.amount FROM entitlements e \
         JOIN listed l ON l.beneficiary = e.beneficiary AND l.handset = $1 \
         WHERE e.change > $2 AND e.change <= $3 ORDER BY e.change",
    )
    .bind(&handset)
    .bind(cursor)
    .bind(to)
    .fetch_all(&mut *conn)
    .await?;
    let paid: Vec<(String, String, String, String, String)> = sql::query_as(
        "SELECT p.beneficiary, p.nik, p.round, p.record, p.at FROM payments p \
         JOIN listed l ON l.beneficiary = p.beneficiary AND l.handset = $1 \
         WHERE p.change > $2 AND p.change <= $3 ORDER BY p.change",
    )
    .bind(&handset)
    .bind(cursor)
    .bind(to)
    .fetch_all(&mut *conn)
    .await?;
    let approvals: Vec<(String, String, String, Option<String>)> = sql::query_as(
        "SELECT a.beneficiary, a.round, a.record, a.proxy_nik FROM approvals a \
         JOIN listed l ON l.beneficiary = a.beneficiary AND l.handset = $1 \
         WHERE a.change > $2 AND a.change <= $3 ORDER BY a.change",
    )
    .bind(&handset)
    .bind(cursor)
    .bind(to)
    .fetch_all(&mut *conn)
    .await?;
    let removed: Vec<String> = sql::query_scalar(
        "SELECT DISTINCT d.beneficiary FROM departures d \
         JOIN handset_routes r ON r.handset = $1 AND r.route IN ('', d.route) WHERE d.change > $2 AND d.change <= $3 \
         AND NOT EXISTS (SELECT 1 FROM listed l WHERE l.beneficiary = d.beneficiary AND l.handset = $1)",
    )
    .bind(&handset)
    .bind(cursor)
    .bind(to)
    .fetch_all(&mut *conn)
    .await?;
    let portraits = if with_portraits { portraits::changed(conn, &handset, cursor, to).await? } else { Vec::new() };

    Ok(RosterDelta {
        cursor: Cursor { epoch, change: to }.number(),
        more,
        rounds: rounds.into_iter().map(|(id, title)| Ok(Round { id: parse(&id)?, title })).collect::<Result<_>>()?,
        beneficiaries: people.into_iter().map(PersonRow::into_beneficiary).collect::<Result<_>>()?,
        entitlements: entitlements
            .into_iter()
            .map(|(beneficiary, round, amount)| {
                Ok(Entitlement { beneficiary: parse(&beneficiary)?, round: parse(&round)?, amount: rupiah(amount) })
            })
            .collect::<Result<_>>()?,
        removed: removed.iter().map(|id| parse(id)).collect::<Result<_>>()?,
        paid: paid
            .into_iter()
            .map(|(beneficiary, nik, round, record, at)| {
                Ok(PaidMark {
                    beneficiary: parse(&beneficiary)?,
                    nik: Some(parse(&nik)?),
                    round: parse(&round)?,
                    record: parse(&record)?,
                    at: parse(&at)?,
                })
            })
            .collect::<Result<_>>()?,
        approvals: approvals
            .into_iter()
            .map(|(beneficiary, round, record, proxy)| {
                let (beneficiary, round, record) = (parse(&beneficiary)?, parse(&round)?, parse(&record)?);
                Ok(Approval { beneficiary, round, record, proxy: proxy.map(|nik| parse(&nik)).transpose()? })
            })
            .collect::<Result<_>>()?,
        portraits,
    })
}

/// The last change that a handset knows of; none where its cursor is of another epoch.
fn known(handset: &str, asked: Cursor, last: Cursor) -> i64 {
    if asked.epoch != last.epoch {
        return 0;
    }
    if asked.change > last.change {
        tracing::warn!(%handset, "it knows of changes that aren't here: was the database put back without `restore`?");
        return 0;
    }
    asked.change
}

/// What somebody is entitled to in a round.
pub(crate) async fn entitlement(
    conn: &mut Conn,
    beneficiary: &BeneficiaryId,
    round: &RoundId,
) -> Result<Option<Rupiah>> {
    let amount: Option<i64> =
        sql::query_scalar("SELECT amount FROM entitlements WHERE beneficiary = $1 AND round = $2")
            .bind(beneficiary.as_str())
            .bind(round.as_str())
            .fetch_optional(conn)
            .await?;
    Ok(amount.map(rupiah))
}

/// The routes of today's roster.
pub(crate) async fn routes(conn: &mut Conn) -> Result<Vec<String>> {
    sql::query_scalar("SELECT DISTINCT route FROM beneficiaries WHERE active = TRUE ORDER BY route")
        .fetch_all(conn)
        .await
}

/// Forgets a beneficiary's face and portrait, here and on all handsets: consent was withdrawn.
pub(crate) async fn forget_face(conn: &mut Conn, id: &BeneficiaryId) -> Result<()> {
    portraits::put(conn, id, None).await?;
    sql::query("UPDATE beneficiaries SET template_model = NULL, template = NULL, face_record = NULL WHERE id = $1")
        .bind(id.as_str())
        .execute(&mut *conn)
        .await?;
    touch(conn, id.as_str(), false).await
}

/// Takes a face into the roster, as an enrolment took it down, and so onto all handsets.
pub(crate) async fn adopt_face(
    conn: &mut Conn,
    id: &BeneficiaryId,
    face: &FaceTemplate,
    portrait: Option<&Portrait>,
    enrolment: RecordId,
) -> Result<()> {
    portraits::put(conn, id, portrait).await?;
    sql::query("UPDATE beneficiaries SET template_model = $1, template = $2, face_record = $3 WHERE id = $4")
        .bind(&face.model)
        .bind(&face.data)
        .bind(enrolment.to_string())
        .bind(id.as_str())
        .execute(&mut *conn)
        .await?;
    touch(conn, id.as_str(), false).await
}

/// A beneficiary, on today's roster or an earlier one.
pub(crate) async fn person(conn: &mut Conn, id: &BeneficiaryId) -> Result<Option<Beneficiary>> {
    let row: Option<PersonRow> = sql::query_as(
        "SELECT id, nik, name, address, route, lat, lon, template_model, template FROM beneficiaries WHERE id = $1",
    )
    .bind(id.as_str())
    .fetch_optional(conn)
    .await?;
    row.map(PersonRow::into_beneficiary).transpose()
}

// Whatever changed that this handset may see, in order. Departures count even where the person came back since: the
// page's length is a bound, not a promise.
const CHANGES: &str = "\
    SELECT change FROM rounds WHERE change > $2 \
    UNION ALL SELECT b.change FROM beneficiaries b JOIN listed l ON l.beneficiary = b.id AND l.handset = $1 \
        WHERE b.change > $2 \
    UNION ALL SELECT e.change FROM entitlements e JOIN listed l ON l.beneficiary = e.beneficiary AND l.handset = $1 \
        WHERE e.change > $2 \
    UNION ALL SELECT p.change FROM payments p JOIN listed l ON l.beneficiary = p.beneficiary AND l.handset = $1 \
        WHERE p.change > $2 \
    UNION ALL SELECT a.change FROM approvals a JOIN listed l ON l.beneficiary = a.beneficiary AND l.handset = $1 \
        WHERE a.change > $2 \
    UNION ALL SELECT d.change FROM departures d JOIN handset_routes r ON r.handset = $1 AND r.route IN ('', d.route) \
        WHERE d.change > $2 \
    ORDER BY 1 LIMIT $3";

#[derive(FromRow)]
struct PersonRow {
    id: String,
    nik: String,
    name: String,
    address: String,
    route: String,
    lat: Option<f64>,
    lon: Option<f64>,
    template_model: Option<String>,
    template: Option<Vec<u8>>,
}

impl PersonRow {
    fn into_beneficiary(self) -> Result<Beneficiary> {
        let template = self.template_model.zip(self.template).map(|(model, data)| FaceTemplate { model, data });
        Ok(Beneficiary {
            id: parse(&self.id)?,
            nik: parse(&self.nik)?,
            name: self.name,
            address: self.address,
            route: self.route,
            coordinates: self.lat.zip(self.lon).and_then(|(lat, lon)| Coordinates::new(lat, lon).ok()),
            template,
        })
    }
}

// Returns whether this is the latest round: the one that was made last.
async fn apply_round(conn: &mut Conn, round: &Round) -> Result<bool> {
    let id = round.id.as_str();
    let known: Option<String> =
        sql::query_scalar("SELECT title FROM rounds WHERE id = $1").bind(id).fetch_optional(&mut *conn).await?;
    if known.as_deref() != Some(&round.title) {
        let change = take_changes(conn, 1).await?;
        sql::query(
            "INSERT INTO rounds (id, title, created, change) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (id) DO UPDATE SET title = excluded.title, change = excluded.change",
        )
        .bind(id)
        .bind(&round.title)
        .bind(stamp(Timestamp::now()))
        .bind(change)
        .execute(&mut *conn)
        .await?;
    }
    let latest: String =
        sql::query_scalar("SELECT id FROM rounds ORDER BY created DESC, id DESC LIMIT 1").fetch_one(&mut *conn).await?;
    Ok(latest == id)
}

// A face that somebody doesn't want to be kept isn't taken from a roster file again, and one that a supervisor approved
// isn't lost to a file without one.
async fn with_right_face(conn: &mut Conn, row: &RosterRow) -> Result<(Beneficiary, Option<Portrait>)> {
    let person = &row.beneficiary;
    let withdrawn: bool =
        sql::query_scalar("SELECT EXISTS (SELECT 1 FROM visits WHERE beneficiary = $1 AND kind = 'consent_withdrawn')")
            .bind(person.id.as_str())
            .fetch_one(&mut *conn)
            .await?;
    let approved: Option<(String, Vec<u8>)> = sql::query_as(
        "SELECT template_model, template FROM beneficiaries \
         WHERE id = $1 AND face_record IS NOT NULL AND template_model IS NOT NULL AND template IS NOT NULL",
    )
    .bind(person.id.as_str())
    .fetch_optional(&mut *conn)
    .await?;
    let approved = approved.map(|(model, data)| FaceTemplate { model, data });
    let (template, portrait) = match person.template.clone().filter(|_| !withdrawn) {
        Some(template) => (Some(template), row.portrait.clone()),
        None if approved.is_some() => (approved, portraits::of(conn, &person.id).await?),
        None => (None, None),
    };
    Ok((Beneficiary { template, ..person.clone() }, portrait))
}

/// What somebody is found by. The parts are kept apart by what is no letter.
fn findable(id: &str, name: &str, route: &str) -> String {
    [name, id, route].map(saksi_names::key).join(" ")
}

/// Makes those findable who were imported before they could be.
pub(crate) async fn make_findable(conn: &mut Conn) -> Result<()> {
    loop {
        let rows: Vec<(String, String, String)> =
            sql::query_as("SELECT id, name, route FROM beneficiaries WHERE find = '' LIMIT 1000")
                .fetch_all(conn)
                .await?;
        if rows.is_empty() {
            return Ok(());
        }
        for (id, name, route) in rows {
            sql::query("UPDATE beneficiaries SET find = $1 WHERE id = $2")
                .bind(findable(&id, &name, &route))
                .bind(id)
                .execute(conn)
                .await?;
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Applied {
    New,
    Changed,
    Same,
}

// Returns what it did to the person. An earlier round's file doesn't overrule the latest one.
async fn apply_person(conn: &mut Conn, row: &RosterRow, latest: bool) -> Result<Applied> {
    let (person, portrait) = &with_right_face(conn, row).await?;
    let id = person.id.as_str();
    let known: Option<(bool, String, String)> =
        sql::query_as("SELECT active, route, nik FROM beneficiaries WHERE id = $1")
            .bind(id)
            .fetch_optional(&mut *conn)
            .await?;
    let Some((active, route, nik)) = known else {
        let change = take_changes(conn, 1).await?;
        sql::query(
            "INSERT INTO beneficiaries (id, nik, name, address, route, lat, lon, template_model, template, active, change, \
             find) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
        .bind(id)
        .bind(person.nik.reveal())
        .bind(&person.name)
        .bind(&person.address)
        .bind(&person.route)
        .bind(person.coordinates.map(|it| it.latitude()))
        .bind(person.coordinates.map(|it| it.longitude()))
        .bind(person.template.as_ref().map(|it| &it.model))
        .bind(person.template.as_ref().map(|it| &it.data))
        .bind(latest)
        .bind(change)
        .bind(findable(id, &person.name, &person.route))
        .execute(&mut *conn)
        .await?;
        portraits::put(conn, &person.id, portrait.as_ref()).await?;
        // The same person may have been paid under another number.
        renew_records(conn, id).await?;
        return Ok(Applied::New);
    };
    if !latest {
        return Ok(Applied::Same);
    }
    let same_portrait = portraits::of(conn, &person.id).await? == *portrait;
    if active && same_portrait && self::person(conn, &person.id).await?.as_ref() == Some(person) {
        return Ok(Applied::Same);
    }
    if active && route != person.route {
        depart(conn, id).await?;
    }
    sql::query(
        "UPDATE beneficiaries SET nik = $1, name = $2, address = $3, route = $4, lat = $5, lon = $6, template_model = $7, \
         face_record = CASE WHEN template IS NOT DISTINCT FROM $8 THEN face_record END, template = $8, find = $10, \
         active = TRUE WHERE id = $9",
    )
    .bind(person.nik.reveal())
    .bind(&person.name)
    .bind(&person.address)
    .bind(&person.route)
    .bind(person.coordinates.map(|it| it.latitude()))
    .bind(person.coordinates.map(|it| it.longitude()))
    .bind(person.template.as_ref().map(|it| &it.model))
    .bind(person.template.as_ref().map(|it| &it.data))
    .bind(id)
    .bind(findable(id, &person.name, &person.route))
    .execute(&mut *conn)
    .await?;
    portraits::put(conn, &person.id, portrait.as_ref()).await?;
    touch(conn, id, !active || route != person.route || nik != person.nik.reveal()).await?;
    Ok(Applied::Changed)
}

async fn apply_entitlement(conn: &mut Conn, id: &str, round: &Round, amount: Rupiah) -> Result<bool> {
    let amount = i64::try_from(amount.0).map_err(|e| sqlx::Error::Encode(Box::new(e)))?;
    let known: Option<i64> = sql::query_scalar("SELECT amount FROM entitlements WHERE beneficiary = $1 AND round = $2")
        .bind(id)
        .bind(round.id.as_str())
        .fetch_optional(&mut *conn)
        .await?;
    if known == Some(amount) {
        return Ok(false);
    }
    let change = take_changes(conn, 1).await?;
    sql::query(
        "INSERT INTO entitlements (beneficiary, round, amount, change) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (beneficiary, round) DO UPDATE SET amount = excluded.amount, change = excluded.change",
    )
    .bind(id)
    .bind(round.id.as_str())
    .bind(amount)
    .bind(change)
    .execute(&mut *conn)
    .await?;
    Ok(true)
}

// Gives the person a new change number. Handsets that see them for the first time need their entitlements, payments
// and approvals as well, which may be older than those handsets' cursors.
pub(crate) async fn touch(conn: &mut Conn, id: &str, new_to_some: bool) -> Result<()> {
    let change = take_changes(conn, 1).await?;
    sql::query("UPDATE beneficiaries SET change = $1 WHERE id = $2").bind(change).bind(id).execute(&mut *conn).await?;
    if !new_to_some {
        return Ok(());
    }
    let rounds: Vec<String> = sql::query_scalar("SELECT round FROM entitlements WHERE beneficiary = $1")
        .bind(id)
        .fetch_all(&mut *conn)
        .await?;
    for round in rounds {
        let change = take_changes(conn, 1).await?;
        sql::query("UPDATE entitlements SET change = $1 WHERE beneficiary = $2 AND round = $3")
            .bind(change)
            .bind(id)
            .bind(round)
            .execute(&mut *conn)
            .await?;
    }
    renew_records(conn, id).await
}

// Gives new change numbers to the person's records, whatever number they were under, and to what was decided about them.
async fn renew_records(conn: &mut Conn, id: &str) -> Result<()> {
    let records: Vec<String> = sql::query_scalar(
        "SELECT record FROM visits WHERE beneficiary IN (SELECT b.id FROM beneficiaries b \
         JOIN beneficiaries person ON person.nik = b.nik WHERE person.id = $1)",
    )
    .bind(id)
    .fetch_all(&mut *conn)
    .await?;
    for record in records {
        let change = take_changes(conn, 1).await?;
        for again in
            ["UPDATE visits SET change = $1 WHERE record = $2", "UPDATE decisions SET change = $1 WHERE record = $2"]
        {
            sql::query(again).bind(change).bind(&record).execute(&mut *conn).await?;
        }
    }
    Ok(())
}

async fn depart(conn: &mut Conn, id: &str) -> Result<()> {
    let change = take_changes(conn, 1).await?;
    sql::query(
        "INSERT INTO departures (change, beneficiary, route) SELECT $1, id, route FROM beneficiaries WHERE id = $2",
    )
    .bind(change)
    .bind(id)
    .execute(conn)
    .await?;
    Ok(())
}

fn rupiah(amount: i64) -> Rupiah {
    Rupiah(amount.unsigned_abs())
}
