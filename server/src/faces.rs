//! Faces that stand for more people than they should: one proxy for many beneficiaries, one beneficiary twice on the list.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use saksi_face::{Candidate, Gallery, Manifest, ModelId, Template};
use saksi_records::record::{Circumstances, Proxy};
use saksi_records::{BeneficiaryId, FaceTemplate, RecordId};

use crate::db::alerts::{self, Alert};
use crate::db::faces::{self, Row};
use crate::db::handsets::Handset;
use crate::db::{self, Conn, Db};

/// How many like faces are looked at.
const LIKE: usize = 64;
/// Up to which change beneficiaries' faces were compared, among the settings.
const COMPARED: &str = "faces_compared";

/// The faces of proxies that this process has read, by round and model.
#[derive(Default)]
pub(crate) struct ProxyFaces(Mutex<BTreeMap<(String, String), Known>>);

#[derive(Default)]
struct Known {
    last: i64,
    gallery: Gallery<i64>,
    whom: BTreeMap<i64, BeneficiaryId>,
}

impl ProxyFaces {
    /// Keeps the face of a proxy, and raises an alert where the same face has collected for more than `limit` people in a
    /// round. The alert follows as the number grows.
    pub(crate) async fn check(
        &self,
        conn: &mut Conn,
        handset: &Handset,
        record: RecordId,
        (visit, proxy): (&Circumstances, &Proxy),
        limit: u32,
    ) -> db::Result<()> {
        let (round, whom, face) = (&visit.round, &visit.beneficiary, &proxy.template);
        let key = (round.to_string(), face.model.clone());
        let last = self.known().get(&key).map_or(0, |known| known.last);
        let new = faces::proxies_after(conn, round, &face.model, last).await?;
        let like = template(&face.model, &face.data).map(|face| {
            let mut known = self.known();
            let known = known.entry(key).or_default();
            known.read(&face, new);
            known.like(&face)
        });
        if let Some((first, mut people)) = like.flatten() {
            people.insert(whom.clone());
            let beneficiaries = people.len() as u64;
            if beneficiaries > u64::from(limit) {
                let alert = Alert::ProxyFace { round: round.clone(), beneficiaries };
                alerts::raise(conn, &format!("proxy face {first}"), &alert, handset.id, Some(record)).await?;
            }
        }
        faces::keep_proxy(conn, record, round, whom, face).await
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<(String, String), Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn read(&mut self, like: &Template, rows: Vec<Row>) {
        for Row { number, beneficiary, template: bytes } in rows {
            // Another request may have read it meanwhile.
            if number <= self.last {
                continue;
            }
            self.last = number;
            // A face that can't be compared is in no gallery; its record is kept all the same.
            if let Some(face) = template(like.model().as_str(), &bytes)
                && self.gallery.insert(number, &face).is_ok()
            {
                self.whom.insert(number, beneficiary);
            }
        }
    }

    /// The first record with a like face, and all for whom one has collected.
    fn like(&self, face: &Template) -> Option<(i64, BTreeSet<BeneficiaryId>)> {
        let found = alike(&self.gallery, face);
        let first = found.iter().map(|it| it.key).min()?;
        Some((first, found.iter().filter_map(|it| self.whom.get(&it.key).cloned()).collect()))
    }
}

/// The beneficiaries on the list whose face is like this one, other than whom it is said to be of, with their similarity;
/// the likest first.
pub(crate) async fn alike_on_list(
    conn: &mut Conn,
    face: &FaceTemplate,
    of: &BeneficiaryId,
) -> db::Result<Vec<(BeneficiaryId, f32)>> {
    let Some(face) = template(&face.model, &face.data) else { return Ok(Vec::new()) };
    let mut rows = faces::beneficiaries(conn, face.model().as_str()).await?;
    rows.retain(|row| row.beneficiary != *of);
    let search = move || {
        let mut gallery = Gallery::new();
        for row in rows {
            if let Some(known) = template(face.model().as_str(), &row.template) {
                gallery.insert(row.beneficiary, &known).ok();
            }
        }
        alike(&gallery, &face).into_iter().map(|it| (it.key, it.similarity)).collect()
    };
    tokio::task::spawn_blocking(search).await.map_err(|error| sqlx::Error::Io(std::io::Error::other(error)))
}

/// Whether a face can be compared with others.
pub(crate) fn is_readable(face: &FaceTemplate) -> bool {
    template(&face.model, &face.data).is_some()
}

/// Compares the faces of beneficiaries that changed since the last time with all others on the list, and raises an alert
/// for each two that are one person's. Returns how many there were.
pub(crate) async fn compare_beneficiaries(db: &Db) -> db::Result<u64> {
    let mut conn = db.snapshot().await?;
    let compared = db::setting(&mut conn, COMPARED).await?.and_then(|text| text.parse().ok()).unwrap_or(0);
    let last = faces::last_change(&mut conn).await?;
    if last <= compared {
        return Ok(0);
    }
    let mut pairs = BTreeSet::new();
    for model in models() {
        let rows = faces::beneficiaries(&mut conn, model.as_str()).await?;
        let found = tokio::task::spawn_blocking(move || same_people(&model, &rows, compared)).await;
        pairs.extend(found.map_err(|error| sqlx::Error::Io(std::io::Error::other(error)))?);
    }
    drop(conn);
    let mut conn = if pairs.is_empty() { db.note().await? } else { db.write().await? };
    for (one, other) in &pairs {
        let alert = Alert::SameFace { one: one.clone(), other: other.clone() };
        alerts::raise(&mut conn, &format!("face {one} {other}"), &alert, None, None).await?;
    }
    db::set_setting(&mut conn, COMPARED, &last.to_string()).await?;
    conn.commit().await?;
    Ok(pairs.len() as u64)
}

fn same_people(model: &ModelId, rows: &[Row], compared: i64) -> BTreeSet<(BeneficiaryId, BeneficiaryId)> {
    let mut gallery = Gallery::new();
    let mut changed = Vec::new();
    for row in rows {
        let Some(face) = template(model.as_str(), &row.template) else { continue };
        if gallery.insert(row.beneficiary.clone(), &face).is_ok() && row.number > compared {
            changed.push((&row.beneficiary, face));
        }
    }
    let mut pairs = BTreeSet::new();
    for (one, face) in changed {
        for Candidate { key: other, .. } in alike(&gallery, &face) {
            if other != *one {
                pairs.insert(if *one < other { (one.clone(), other) } else { (other, one.clone()) });
            }
        }
    }
    pairs
}

/// Those in a gallery who are as alike as one person's photos are, among so many.
fn alike<K: Clone + Ord>(gallery: &Gallery<K>, face: &Template) -> Vec<Candidate<K>> {
    let Some(match_at) = match_at(face.model(), gallery.len()) else { return Vec::new() };
    let mut found = gallery.search(face, LIKE).unwrap_or_default();
    found.retain(|it| it.similarity >= match_at);
    found
}

/// The similarity of a match among so many, as measured for this model; `None` for a model not known here.
fn match_at(model: &ModelId, among: usize) -> Option<f32> {
    let manifest = Manifest::bundled();
    let known = manifest.models.iter().find(|it| it.id == *model)?;
    known.matching.as_ref().map(|measured| measured.identification(among).match_at)
}

fn models() -> Vec<ModelId> {
    Manifest::bundled().models.into_iter().filter(|model| model.matching.is_some()).map(|model| model.id).collect()
}

fn template(model: &str, bytes: &[u8]) -> Option<Template> {
    Template::from_bytes(model.into(), bytes).ok()
}
