//! The records of the field: what an officer did at a door, and what it was decided on.

use std::fmt;

use saksi_liveness::LivenessEvidence;
use serde::{Deserialize, Serialize};

use crate::blob::BlobKey;
use crate::cash::Cash;
use crate::document::{Document, DocumentCheck};
use crate::envelope::{BlobRole, Kind};
use crate::id::{BeneficiaryId, OfficerId, RecordId, RoundId};
use crate::money::Rupiah;
use crate::nik::Nik;
use crate::number::finite;
use crate::phone::Phone;
use crate::portrait::Portrait;
use crate::receipt::ReceiptKey;
use crate::template::FaceTemplate;

/// What an envelope seals: the record, and the keys to its photos.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payload {
    /// What happened.
    pub record: Record,
    /// One key for each blob that the header lists, in the same order.
    pub blob_keys: Vec<BlobKey>,
    /// Makes the code on the receipt.
    pub receipt_key: ReceiptKey,
}

impl Payload {
    /// A payload with a receipt key of its own.
    pub fn new(record: Record, blob_keys: Vec<BlobKey>) -> Self {
        Self { record, blob_keys, receipt_key: ReceiptKey::generate() }
    }
}

/// What happened, by kind. Everything a kind needs is a field that can't be left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Record {
    /// The beneficiary was recognised and paid.
    InPerson(InPerson),
    /// A proxy collected, with statement letter and photo.
    Proxy(ProxyCollection),
    /// The face couldn't be matched.
    Exception(Exception),
    /// Nobody was paid.
    NotServed(NotServed),
    /// The beneficiary withdrew consent.
    ConsentWithdrawn(ConsentWithdrawn),
    /// A face was taken down for the first time.
    Enrolment(Enrolment),
    /// Cash was received, returned or counted.
    Cash(Cash),
}

impl Record {
    /// The kind that the header of its envelope must name.
    pub fn kind(&self) -> Kind {
        match self {
            Self::InPerson(_) => Kind::InPerson,
            Self::Proxy(_) => Kind::Proxy,
            Self::Exception(_) => Kind::Exception,
            Self::NotServed(_) => Kind::NotServed,
            Self::ConsentWithdrawn(_) => Kind::ConsentWithdrawn,
            Self::Enrolment(_) => Kind::Enrolment,
            Self::Cash(_) => Kind::Cash,
        }
    }

    /// The photos without which there is no such record: those of its kind, of a proxy's exception those of a proxy, and
    /// that of a document which was seen.
    pub fn required_blobs(&self) -> impl Iterator<Item = BlobRole> {
        let kind = match self {
            Self::Exception(Exception { proxy: Some(_), .. }) => Kind::Proxy,
            // Without photos, too.
            Self::Exception(Exception { refusal: Some(_), .. }) => Kind::NotServed,
            _ => self.kind(),
        };
        let document = matches!(self, Self::Enrolment(Enrolment { document: DocumentCheck::Seen(_), .. }));
        kind.required_blobs().iter().copied().chain(document.then_some(BlobRole::Document))
    }

    /// The proxy who was paid, and at which visit.
    pub fn paid_proxy(&self) -> Option<(&Circumstances, &Proxy)> {
        match self {
            Self::Proxy(it) => Some((&it.visit, &it.proxy)),
            Self::Exception(Exception { visit, proxy: Some(proxy), paid: Some(_), .. }) => Some((visit, proxy)),
            _ => None,
        }
    }

    /// Where, by whom and for whom; nothing of a record that isn't about a beneficiary.
    pub fn visit(&self) -> Option<&Circumstances> {
        self.visit_or_cash().ok()
    }

    /// Of which round.
    pub fn round(&self) -> &RoundId {
        self.visit_or_cash().map_or_else(|cash| &cash.round, |visit| &visit.round)
    }

    /// By whom.
    pub fn officer(&self) -> &OfficerId {
        self.visit_or_cash().map_or_else(|cash| &cash.officer, |visit| &visit.officer)
    }

    /// Where, if the handset could tell.
    pub fn place(&self) -> Option<&Fix> {
        self.visit_or_cash().map_or_else(|cash| cash.place.as_ref(), |visit| visit.place.as_ref())
    }

    fn visit_or_cash(&self) -> Result<&Circumstances, &Cash> {
        match self {
            Self::InPerson(it) => Ok(&it.visit),
            Self::Proxy(it) => Ok(&it.visit),
            Self::Exception(it) => Ok(&it.visit),
            Self::NotServed(it) => Ok(&it.visit),
            Self::ConsentWithdrawn(it) => Ok(&it.visit),
            Self::Enrolment(it) => Ok(&it.visit),
            Self::Cash(it) => Err(it),
        }
    }

    /// What was seen of a life behind the face, where a camera was used to see it.
    pub fn liveness(&self) -> Option<&LivenessEvidence> {
        match self {
            Self::InPerson(it) => it.liveness.as_ref(),
            Self::Proxy(it) => it.liveness.as_ref(),
            Self::Exception(it) => it.liveness.as_ref(),
            Self::NotServed(it) => it.liveness.as_ref(),
            Self::Enrolment(it) => it.liveness.as_ref(),
            Self::ConsentWithdrawn(_) | Self::Cash(_) => None,
        }
    }

    /// The version and the language of the text that was read out, where consent to a photo was given or refused.
    pub fn consent_text(&self) -> Option<(&str, &str)> {
        match self {
            Self::InPerson(InPerson { consent, .. })
            | Self::Proxy(ProxyCollection { consent, .. })
            | Self::Enrolment(Enrolment { consent, .. }) => Some((&consent.text_version, &consent.language)),
            Self::Exception(Exception { refusal: Some(it), .. }) => Some((&it.text_version, &it.language)),
            Self::Exception(_) | Self::NotServed(_) | Self::ConsentWithdrawn(_) | Self::Cash(_) => None,
        }
    }

    /// What was paid, if anything was.
    pub fn paid(&self) -> Option<Rupiah> {
        match self {
            Self::InPerson(it) => Some(it.amount),
            Self::Proxy(it) => Some(it.amount),
            Self::Exception(it) => it.paid,
            Self::NotServed(_) | Self::ConsentWithdrawn(_) | Self::Enrolment(_) | Self::Cash(_) => None,
        }
    }
}

/// What every visit leaves behind, whatever its outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Circumstances {
    /// For whom.
    pub beneficiary: BeneficiaryId,
    /// For which round.
    pub round: RoundId,
    /// By whom.
    pub officer: OfficerId,
    /// Where, if the handset could tell.
    pub place: Option<Fix>,
    /// The software that decided.
    pub software: String,
}

/// A position fix.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "UncheckedFix")]
pub struct Fix {
    /// Degrees north, -90 to 90.
    pub latitude: f64,
    /// Degrees east, -180 to 180.
    pub longitude: f64,
    /// Radius of 68 % confidence, in metres.
    pub accuracy_m: f64,
    /// The platform said that another app made the position up.
    pub mocked: bool,
    /// How old the fix was when it was taken for this, in seconds, where the platform says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age_s: Option<u32>,
}

// A fix is never NaN: `Fix::new` is the only way in, from a platform as from JSON.
impl Eq for Fix {}

/// A fix as it is written, before it is known to be on Earth.
#[derive(Deserialize)]
struct UncheckedFix {
    latitude: f64,
    longitude: f64,
    accuracy_m: f64,
    mocked: bool,
    #[serde(default)]
    age_s: Option<u32>,
}

impl TryFrom<UncheckedFix> for Fix {
    type Error = &'static str;

    fn try_from(fix: UncheckedFix) -> Result<Self, Self::Error> {
        let place = Self::new(fix.latitude, fix.longitude, fix.accuracy_m, fix.mocked);
        Ok(Self { age_s: fix.age_s, ..place.ok_or("not a place on Earth")? })
    }
}

impl Fix {
    /// A fix as the platform gave it; `None` where it isn't a place on Earth.
    pub fn new(latitude: f64, longitude: f64, accuracy_m: f64, mocked: bool) -> Option<Self> {
        let real = (-90.0..=90.0).contains(&latitude)
            && (-180.0..=180.0).contains(&longitude)
            && (0.0..f64::INFINITY).contains(&accuracy_m);
        real.then_some(Self { latitude, longitude, accuracy_m, mocked, age_s: None })
    }
}

/// That the person agreed to have their face taken, and to which text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// The version of the text that was read out.
    pub text_version: String,
    /// Its language, as BCP 47: `id` or `en`.
    pub language: String,
}

/// That the person didn't agree to have their face taken, and what showed instead who they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The version of the text that was read out.
    pub text_version: String,
    /// Its language, as BCP 47: `id` or `en`.
    pub language: String,
    /// The document that the officer read the roster's number from. It isn't photographed.
    pub document: Document,
}

/// How a face was compared, with all that is needed to judge the decision again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FaceMatch {
    /// 1 for a comparison with the chosen beneficiary, otherwise how many templates were searched.
    pub searched: u32,
    /// Cosine similarity, -1 to 1.
    #[serde(deserialize_with = "finite")]
    pub similarity: f32,
    /// The similarity from which it is a match.
    #[serde(deserialize_with = "finite")]
    pub match_at: f32,
    /// The model that made both templates.
    pub model: String,
}

// Similarities are finite: templates refuse NaN when they are made.
impl Eq for FaceMatch {}

/// The beneficiary was recognised and paid. Blob: `beneficiary`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InPerson {
    /// Where, by whom and for whom.
    pub visit: Circumstances,
    /// What was agreed to.
    pub consent: Consent,
    /// How the face was recognised.
    pub face_match: FaceMatch,
    /// What was seen of a life behind the face; `None` where a single picture was taken, or nothing is checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub liveness: Option<LivenessEvidence>,
    /// What was paid.
    pub amount: Rupiah,
}

/// A proxy (wakil) collected for a beneficiary. Blobs: `proxy` **and** `statement`; neither can be missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProxyCollection {
    /// Where, by whom and for whom.
    pub visit: Circumstances,
    /// What the proxy agreed to.
    pub consent: Consent,
    /// Who collected.
    pub proxy: Proxy,
    /// What was seen of a life behind the proxy's face; `None` where a single picture was taken, or nothing is checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub liveness: Option<LivenessEvidence>,
    /// What was paid.
    pub amount: Rupiah,
}

/// Who collects in a beneficiary's place, and why.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proxy {
    /// The proxy's name.
    pub name: String,
    /// The proxy's national number.
    pub nik: Nik,
    /// Where the proxy can be called, if anywhere.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub phone: Option<Phone>,
    /// What the proxy is to the beneficiary.
    pub relation: Relation,
    /// Why the beneficiary can't collect.
    pub reason: ProxyReason,
    /// The proxy's face, so that one proxy who collects for many shows.
    pub template: FaceTemplate,
    /// For how many other beneficiaries of the round this proxy, by face or NIK, had collected on this handset before.
    #[serde(default)]
    pub earlier: u32,
    /// Who on the handset's roster has the proxy's face, if anybody: beneficiaries may collect for one another.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub listed_as: Option<BeneficiaryId>,
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({:?}, {:?})", self.relation, self.reason)
    }
}

/// What a proxy is to the beneficiary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// Husband or wife.
    Spouse,
    /// Son or daughter.
    Child,
    /// Father or mother.
    Parent,
    /// Brother or sister.
    Sibling,
    /// Another relative on the family card.
    Relative,
    /// A neighbour.
    Neighbour,
    /// The head of the neighbourhood or village.
    Official,
}

/// Why a beneficiary can't collect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProxyReason {
    /// Ill.
    Ill,
    /// Old and frail.
    Frail,
    /// Lives with a disability.
    Disability,
    /// Away for work or other reasons.
    Away,
}

/// The face couldn't be matched, or not shown to be alive, and the officer says why. Blob: `beneficiary`; of a proxy
/// `proxy` **and** `statement` instead; of somebody who refused to be photographed none, and none may be there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// Where, by whom and for whom.
    pub visit: Circumstances,
    /// What the officer says.
    pub reason: String,
    /// The comparison, where there was one.
    pub face_match: Option<FaceMatch>,
    /// What was seen of a life behind the face; `None` where a single picture was taken, or nothing is checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub liveness: Option<LivenessEvidence>,
    /// Whether the face is as like the officer's own as a match would be: a supervisor looks at who was photographed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub like_officer: bool,
    /// The proxy who stood there, where it wasn't the beneficiary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proxy: Option<Proxy>,
    /// The refusal, where the beneficiary didn't agree to be photographed: then there is neither comparison nor proxy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
    /// What was paid, where a supervisor approved or, with a photo of the beneficiary, the programme's policy lets an
    /// officer pay with a flag.
    pub paid: Option<Rupiah>,
    /// The unpaid exception that a supervisor approved, on whose strength this one pays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<RecordId>,
}

/// Nobody was paid. No blob is required.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotServed {
    /// Where, by whom and for whom.
    pub visit: Circumstances,
    /// Why not.
    pub reason: NotServedReason,
    /// The capture that was given up before, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub liveness: Option<LivenessEvidence>,
}

/// Why nobody was paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotServedReason {
    /// Nobody at home.
    Absent,
    /// Moved away.
    Moved,
    /// Deceased.
    Deceased,
    /// Refused the aid.
    Refused,
    /// The face couldn't be taken: the evidence says how the capture ended.
    CaptureGivenUp,
}

/// The beneficiary doesn't want their face to be kept any longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentWithdrawn {
    /// Where, by whom and for whom.
    pub visit: Circumstances,
}

/// A face taken down for the first time. Blobs: `beneficiary`, and `document` where one was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// Where, by whom and for whom.
    pub visit: Circumstances,
    /// What was agreed to.
    pub consent: Consent,
    /// The face.
    pub template: FaceTemplate,
    /// Its portrait for the card, where the programme's handsets show one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portrait: Option<Portrait>,
    /// What shows whose face it is.
    pub document: DocumentCheck,
    /// Whether the face is as like the officer's own as a match would be.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub like_officer: bool,
    /// What was seen of a life behind the face; `None` where a single picture was taken, or nothing is checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub liveness: Option<LivenessEvidence>,
}
