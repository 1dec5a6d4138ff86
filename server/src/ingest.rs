//! How an envelope that arrives becomes evidence: verified, kept, linked, opened and projected, in one transaction.
//!
//! Nothing that arrives is dropped. What can't be accepted is kept apart with an alert; what is odd but genuine is
//! accepted with an alert.

use jiff::Timestamp;
use saksi_records::cash::{Cash, CashStep};
use saksi_records::clock::TOLERANCE_S;
use saksi_records::envelope::{EnvelopeError, MAX_ENVELOPE};
use saksi_records::jws;
use saksi_records::liveness::{Clearance, LivenessEvidence, LivenessMode, LivenessVerdict};
use saksi_records::record::{Circumstances, Exception, NotServedReason, Record};
use saksi_records::wire::{Policy, Receipt};
use saksi_records::{Digest, Envelope, Payload, RecordId};

use crate::db::alerts::{self, Alert};
use crate::db::evidence::{self, VisitRow};
use crate::db::handsets::Handset;
use crate::db::{self, Conn, Lock, Writing, cash, consents, handsets, reviews, roster, uploads};
use crate::programme::{MAX_AMOUNT, Programme};
use crate::{chain, clock, proxies};

/// From how many captures of a face before the one that led to a record an alert tells of it.
const MANY_CAPTURES: u32 = 3;

/// What became of an envelope.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// It is kept, and this is the receipt (a JWS).
    Accepted {
        receipt: String,
        /// It was here already.
        again: bool,
    },
    /// These blobs must come first. Nothing was kept.
    BlobsMissing(Vec<Digest>),
    /// The record is here with other bytes. These are kept for review.
    Conflict,
    /// It is kept for review, and won't be accepted. The reason has no personal data.
    Rejected(String),
}

/// Takes in what a handset sent as an envelope. When this returns, what it says is durable.
pub(crate) async fn ingest(
    programme: &Programme,
    sender: &Handset,
    policy: &Policy,
    bytes: Vec<u8>,
) -> db::Result<Outcome> {
    debug_assert!(bytes.len() <= MAX_ENVELOPE, "the caller limits what it reads");
    let digest = Digest::of(&bytes);
    let envelope = match Envelope::parse(bytes.clone()) {
        Ok(envelope) => envelope,
        Err(e) => return reject(programme, sender, digest, &bytes, None, reason(&e)).await,
    };
    let record = envelope.header().record;
    let author = handsets::handset(&mut programme.db().read().await?, envelope.header().handset).await?;
    let (author, payload) = match examine(programme, author, &envelope) {
        Ok(examined) => examined,
        Err(why) => return reject(programme, sender, digest, &bytes, Some(record), why).await,
    };

    let mut conn = programme.db().write_beside().await?;
    hold(&mut conn, programme, &envelope, &payload).await?;
    if let Some(kept) = evidence::kept(&mut conn, record).await? {
        if kept.digest == digest {
            return Ok(Outcome::Accepted { receipt: kept.receipt, again: true });
        }
        evidence::reject(&mut conn, sender.id, digest, "conflict", &bytes).await?;
        alerts::raise(&mut conn, &format!("conflict {record}"), &Alert::Conflict, sender.id, Some(record)).await?;
        conn.commit().await?;
        return Ok(Outcome::Conflict);
    }
    let mut missing = Vec::new();
    for blob in &envelope.header().blobs {
        match uploads::stored(&mut conn, blob.sha256).await? {
            None => missing.push(blob.sha256),
            Some(bytes) if bytes == blob.bytes => {}
            Some(_) => {
                drop(conn);
                let why = "a photo is longer or shorter than the header says".into();
                return reject(programme, sender, digest, &bytes, Some(record), why).await;
            }
        }
    }
    if !missing.is_empty() {
        return Ok(Outcome::BlobsMissing(missing));
    }

    let received = Timestamp::now();
    let receipt = Receipt { record, envelope: digest, handset: author.id, seq: envelope.header().seq, received };
    let receipt = jws::sign(&programme.keys().server, jws::typ::RECEIPT, &receipt);
    evidence::keep(&mut conn, &envelope, received, &receipt).await?;
    let officer = payload.record.officer().as_str();
    let head = chain::follow(&mut conn, &author, &envelope).await?;
    handsets::set_head(&mut conn, author.id, head, officer).await?;
    let clock_changed = clock::check(&mut conn, &author, &envelope, received).await?;
    raise_what_is_odd(&mut conn, programme, policy, &author, (&envelope, &payload), clock_changed).await?;
    let tag = project(&mut conn, programme, &envelope, &payload).await?;
    if let Some(tag) = tag {
        proxies::check(&mut conn, &author, record, &tag, payload.record.round(), policy.proxy_limit).await?;
    }
    if let Some(collected) = payload.record.paid_proxy() {
        programme.proxy_faces().check(&mut conn, &author, record, collected, policy.proxy_limit).await?;
    }
    conn.commit().await?;
    Ok(Outcome::Accepted { receipt, again: false })
}

// Everything that accepting a record reads and then builds on: the end of its handset's chain, whether its id is taken, what
// the person was paid, and for whom the proxy collected.
async fn hold(conn: &mut Writing, programme: &Programme, envelope: &Envelope, payload: &Payload) -> db::Result<()> {
    let header = envelope.header();
    conn.lock(Lock::Handset(header.handset)).await?;
    conn.lock(Lock::Record(header.record)).await?;
    let Some(visit) = payload.record.visit() else { return Ok(()) };
    // One person may have several numbers, and one NIK. It changes only with a roster, which is imported alone.
    let person = roster::person(conn, &visit.beneficiary).await?;
    let person = person.as_ref().map_or(visit.beneficiary.as_str(), |person| person.nik.reveal());
    conn.lock(Lock::Payment(person, &visit.round)).await?;
    if let Some((_, proxy)) = payload.record.paid_proxy() {
        let tag = proxies::tag(&programme.keys().tags, &proxy.nik);
        conn.lock(Lock::Proxy(&tag, &visit.round)).await?;
        conn.lock(Lock::Faces(&visit.round)).await?;
    }
    Ok(())
}

// What must be right before anything is believed. An envelope is its author's by its signature, whoever carries it.
fn examine(programme: &Programme, author: Option<Handset>, envelope: &Envelope) -> Result<(Handset, Payload), String> {
    let header = envelope.header();
    let author = author.ok_or("it was written by a handset that isn't registered here")?;
    envelope.verify(&author.key).map_err(|_| "the signature is not this handset's")?;
    if header.seq == 0 || i64::try_from(header.seq).is_err() {
        return Err("its place in the chain is no place".into());
    }
    let key = programme.keys().programme.of(&header.programme_key).map_err(|_| {
        format!("sealed to programme key {}, which is not one of this programme's", header.programme_key)
    })?;
    let payload = envelope.open(&key).map_err(|e| reason(&e))?;
    if payload.record.paid().is_some_and(|amount| amount.0 > MAX_AMOUNT) {
        return Err("the amount is more than anyone is paid".into());
    }
    Ok((author, payload))
}

// serde's messages repeat what they stumbled upon, which may be a person's.
fn reason(error: &EnvelopeError) -> String {
    match error {
        EnvelopeError::Header(_) => "the header can't be read".into(),
        EnvelopeError::Payload(_) => "the sealed record can't be read".into(),
        other => other.to_string(),
    }
}

async fn reject(
    programme: &Programme,
    sender: &Handset,
    digest: Digest,
    bytes: &[u8],
    record: Option<RecordId>,
    why: String,
) -> db::Result<Outcome> {
    let mut conn = programme.db().write_beside().await?;
    evidence::reject(&mut conn, sender.id, digest, &why, bytes).await?;
    let alert = Alert::Rejected { reason: why.clone() };
    alerts::raise(&mut conn, &format!("rejected {} {digest}", sender.id), &alert, sender.id, record).await?;
    conn.commit().await?;
    Ok(Outcome::Rejected(why))
}

async fn raise_what_is_odd(
    conn: &mut Conn,
    programme: &Programme,
    policy: &Policy,
    author: &Handset,
    (envelope, payload): (&Envelope, &Payload),
    clock_changed: bool,
) -> db::Result<()> {
    let liveness = &policy.liveness;
    let record = envelope.header().record;
    let mut odd = Vec::new();
    let seconds = envelope.header().created.wall_clock_error_s();
    if seconds.abs() > TOLERANCE_S && !clock_changed {
        odd.push(("clock", Alert::WallClock { seconds }));
    }
    if payload.record.place().is_some_and(|place| place.mocked) {
        odd.push(("place", Alert::PlaceMocked));
    }
    let unsure = |seen: &LivenessEvidence| {
        [seen.clearance, liveness.clearance(seen.verdict)].iter().any(|it| *it != Clearance::Cleared)
            || seen.verdict == LivenessVerdict::Spoof
    };
    match payload.record.liveness() {
        Some(seen) if unsure(seen) => {
            odd.push(("alive", Alert::NotShownAlive { verdict: seen.verdict, reasons: seen.reasons.clone() }));
        }
        // A handset that hasn't heard of the policy yet, or an app that doesn't keep to it.
        None if liveness.mode == LivenessMode::Required
            && matches!(payload.record, Record::InPerson(_) | Record::Proxy(_)) =>
        {
            odd.push(("alive", Alert::NotShownAlive { verdict: LivenessVerdict::Unchecked, reasons: Vec::new() }));
        }
        _ => {}
    }
    if let Some((version, language)) = payload.record.consent_text()
        && !(Policy::CONSENT_LANGUAGES.contains(&language) && consents::is_known(conn, version).await?)
    {
        let (version, language) = (shortened(version), shortened(language));
        odd.push(("consent", Alert::UnknownConsent { version, language }));
    }
    if let Some(seen) = payload.record.liveness()
        && seen.failed_before >= MANY_CAPTURES
    {
        odd.push(("captures", Alert::ManyCaptures { before: seen.failed_before }));
    }
    if let Record::Cash(Cash { round, step: CashStep::Closed(count), .. }) = &payload.record
        && count.difference() != 0
    {
        let (difference, reason) = (count.difference(), count.reason.clone().unwrap_or_default());
        odd.push(("cash", Alert::CashDiffers { round: round.clone(), difference, reason }));
    }
    if let Record::Exception(Exception { visit, paid: Some(_), approval, proxy, refusal, .. }) = &payload.record
        && (proxy.is_some() || refusal.is_some() || !policy.exceptions_pay)
        && !is_approved(conn, visit, *approval, exception_tag(programme, &payload.record).as_deref()).await?
    {
        odd.push(("approved", Alert::NotApproved));
    }
    if let (Some(paid), Some(visit)) = (payload.record.paid(), payload.record.visit()) {
        let (beneficiary, round) = (visit.beneficiary.clone(), visit.round.clone());
        match roster::entitlement(conn, &beneficiary, &round).await? {
            None => {
                odd.push(("entitled", Alert::NotEntitled { beneficiary: beneficiary.clone(), round: round.clone() }));
            }
            Some(due) if due != paid => odd.push(("amount", Alert::AmountDiffers { due, paid })),
            Some(_) => {}
        }
        if let Some((first, paid_as)) = evidence::first_payment(conn, &beneficiary, &round).await? {
            let paid_as = (paid_as != beneficiary).then_some(paid_as);
            odd.push(("twice", Alert::PaidTwice { beneficiary, round, first, paid_as }));
        }
    }
    for (what, alert) in odd {
        alerts::raise(conn, &format!("{what} {record}"), &alert, author.id, Some(record)).await?;
    }
    Ok(())
}

/// What a handset calls a text, where it may call it anything.
fn shortened(name: &str) -> String {
    name.chars().take(64).collect()
}

async fn is_approved(
    conn: &mut Conn,
    visit: &Circumstances,
    approval: Option<RecordId>,
    proxy_tag: Option<&str>,
) -> db::Result<bool> {
    match approval {
        Some(record) => reviews::is_approved(conn, record, &visit.beneficiary, &visit.round, proxy_tag).await,
        None => Ok(false),
    }
}

/// The tag of the proxy for whom an exception was written down, if it was one.
fn exception_tag(programme: &Programme, record: &Record) -> Option<String> {
    let Record::Exception(Exception { proxy, .. }) = record else { return None };
    proxy.as_ref().map(|proxy| proxies::tag(&programme.keys().tags, &proxy.nik))
}

// Returns the tag of the proxy, if one collected.
async fn project(
    conn: &mut Conn,
    programme: &Programme,
    envelope: &Envelope,
    payload: &Payload,
) -> db::Result<Option<String>> {
    let header = envelope.header();
    let receipt = payload.receipt_key.code(header.record, &payload.record).as_str().to_owned();
    if let Record::Cash(it) = &payload.record {
        cash::project(conn, header, it, &receipt).await?;
    }
    let Some(visit) = payload.record.visit() else { return Ok(None) };
    let reason = match &payload.record {
        Record::NotServed(it) => Some(not_served_name(it.reason).to_owned()),
        _ => None,
    };
    let proxy_tag = payload.record.paid_proxy().map(|(_, proxy)| proxies::tag(&programme.keys().tags, &proxy.nik));
    let row = VisitRow {
        record: header.record,
        handset: header.handset,
        kind: header.kind.as_str(),
        beneficiary: &visit.beneficiary,
        round: &visit.round,
        officer: visit.officer.as_str(),
        amount: payload.record.paid().map(|amount| amount.0),
        reason,
        proxy_tag: proxy_tag.clone().or_else(|| exception_tag(programme, &payload.record)),
        receipt,
        at: header.created.best(),
        waits: matches!(payload.record, Record::Enrolment(_) | Record::Exception(Exception { paid: None, .. })),
    };
    evidence::project(conn, &row).await?;
    if let Record::ConsentWithdrawn(_) = &payload.record {
        roster::forget_face(conn, &visit.beneficiary).await?;
    }
    Ok(proxy_tag)
}

fn not_served_name(reason: NotServedReason) -> &'static str {
    match reason {
        NotServedReason::Absent => "absent",
        NotServedReason::Moved => "moved",
        NotServedReason::Deceased => "deceased",
        NotServedReason::Refused => "refused",
        NotServedReason::CaptureGivenUp => "capture_given_up",
    }
}
