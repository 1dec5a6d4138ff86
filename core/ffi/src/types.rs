//! Data that crosses as it is: the types of `saksi-field` and `saksi-records`, told to UniFFI field by field.
//!
//! These declarations define nothing. The compiler refuses one that doesn't fit the type it stands for.

use jiff::Timestamp;
use saksi_face::{
    Clearance, Decision, GiveUp, LivenessMode, LivenessPolicy, LivenessVerdict, PageProblem, PassiveLow, QualityProblem,
};
use saksi_field::visit::{ProxyDetails, Requirement};
use saksi_field::{
    Card, CashState, CodeError, CodePurpose, Due, Interrupted, Notice, Officer, OfficerState, OutboxCounts, Programme,
    Progress, ReceiptQr, Roster, RosterError, Standing, Summary, SyncProgress, VisitSort,
};
use saksi_records::document::{DocumentKind, NoDocument};
use saksi_records::record::{Consent, NotServedReason, ProxyReason, Relation};
use saksi_records::wire::{HandsetState, Policy, ProblemCode, Retention};
use saksi_records::{
    BeneficiaryId, Coordinates, HandsetId, Kind, Nik, OfficerId, Phone, RecordId, Round, RoundId, Rupiah,
};

use crate::error::SaksiError;

uniffi::custom_type!(BeneficiaryId, String, {
    remote,
    try_lift: |text| Ok(text.parse().map_err(SaksiError::invalid)?),
    lower: |id| id.into(),
});
uniffi::custom_type!(RoundId, String, {
    remote,
    try_lift: |text| Ok(text.parse().map_err(SaksiError::invalid)?),
    lower: |id| id.into(),
});
uniffi::custom_type!(OfficerId, String, {
    remote,
    try_lift: |text| Ok(text.parse().map_err(SaksiError::invalid)?),
    lower: |id| id.into(),
});
uniffi::custom_type!(RecordId, String, {
    remote,
    try_lift: |text| Ok(text.parse().map_err(SaksiError::invalid)?),
    lower: |id| id.to_string(),
});
uniffi::custom_type!(HandsetId, String, {
    remote,
    try_lift: |text| Ok(text.parse().map_err(SaksiError::invalid)?),
    lower: |id| id.to_string(),
});
uniffi::custom_type!(Nik, String, {
    remote,
    try_lift: |text| Ok(text.parse().map_err(SaksiError::invalid)?),
    lower: |nik| nik.into(),
});
uniffi::custom_type!(Phone, String, {
    remote,
    try_lift: |text| Ok(text.parse().map_err(SaksiError::invalid)?),
    lower: |phone| phone.into(),
});
uniffi::custom_type!(Rupiah, u64, {
    remote,
    try_lift: |amount| Ok(Rupiah(amount)),
    lower: |amount| amount.0,
});
uniffi::custom_type!(Timestamp, i64, {
    remote,
    try_lift: |ms| Ok(Timestamp::from_millisecond(ms).map_err(SaksiError::invalid)?),
    lower: |time| time.as_millisecond(),
});

/// What a comparison comes to.
#[uniffi::remote(Enum)]
pub enum Decision {
    /// The same person.
    Match,
    /// A person has to look.
    Review,
    /// Not the same person.
    NoMatch,
}

/// What keeps a face from being seen well.
#[uniffi::remote(Enum)]
pub enum QualityProblem {
    /// Too few pixels: come closer.
    TooFar,
    /// Too little light: turn to it.
    TooDark,
    /// Too much light: step into the shade.
    TooBright,
    /// Hazy, or the light is behind: wipe the lens, turn around.
    Flat,
    /// Not sharp: hold still.
    Blurred,
    /// Turned to the side: look straight.
    TurnedAside,
    /// Tilted: hold the head upright.
    Tilted,
    /// Something covers eyes or mouth: take it off.
    Covered,
}

/// What keeps a photo from being a statement that can be read.
#[uniffi::remote(Enum)]
pub enum PageProblem {
    /// No sheet of paper is seen: lay it on something darker.
    NoPage,
    /// Some of it is outside the picture: show all four corners.
    WholePage,
    /// Too little light: turn to it.
    TooDark,
    /// Too few pixels: come closer.
    Closer,
    /// Seen from the side, or turned: hold the phone straight above it.
    Straighten,
    /// Something shines on it: tilt it away from the light.
    Glare,
    /// A shadow lies on it: step aside.
    Shadow,
    /// Not sharp: hold still.
    Blurred,
    /// The writing hardly stands out: a darker pen, or a clean lens.
    Faint,
    /// Blank, or something else than a letter.
    NotAStatement,
    /// A page that was photographed before.
    AlreadyUsed,
}

/// What a programme asks for before a face counts as that of somebody who stands there.
#[uniffi::remote(Record)]
pub struct LivenessPolicy {
    /// Whether the checks are made, and whether they decide.
    pub mode: LivenessMode,
    /// How many movements are asked for, one after another.
    pub challenges: u8,
    /// How often a movement may be got wrong or not come.
    pub tries: u8,
    /// How long a person has for one movement, in milliseconds.
    pub answer_within_ms: u32,
    /// Where the mean passive score is below this, 0 to 1, the face is suspected to be a picture.
    pub passive_live_at: f32,
    /// What follows from that.
    pub passive_low: PassiveLow,
    /// Whether a handset without the passive models sends everybody to the supervisor.
    pub passive_required: bool,
}

/// Whether the checks are made, and whether they decide.
#[uniffi::remote(Enum)]
pub enum LivenessMode {
    /// Made, and what fails is blocked or goes to a supervisor.
    Required,
    /// Made and written down, without consequences.
    Recorded,
    /// Not made.
    Off,
}

/// What follows from a low passive score.
#[uniffi::remote(Enum)]
pub enum PassiveLow {
    /// It's written down.
    Record,
    /// A supervisor looks.
    Supervisor,
    /// It's taken for a picture.
    Block,
}

/// What the checks came to.
#[uniffi::remote(Enum)]
pub enum LivenessVerdict {
    /// All that was asked for was shown.
    Live,
    /// Not shown; somebody has to look.
    Review,
    /// Signs of a picture or of a second face.
    Spoof,
    /// Nothing was asked for.
    Unchecked,
}

/// What may follow.
#[uniffi::remote(Enum)]
pub enum Clearance {
    /// Nothing stands in the way.
    Cleared,
    /// A supervisor decides: an exception.
    Supervisor,
    /// It ends here: nothing may be paid.
    Blocked,
}

/// Why an officer gave up.
#[uniffi::remote(Enum)]
pub enum GiveUp {
    /// The person is too old or too ill for it.
    PersonUnable,
    /// The person doesn't want to. No picture is kept.
    PersonRefused,
    /// Too dark, or too bright, and no better place.
    BadLight,
    /// The camera doesn't do what it should.
    CameraTrouble,
    /// Begun by mistake. No picture is kept.
    Cancelled,
}

/// What a visit may still need.
#[uniffi::remote(Enum)]
pub enum Requirement {
    /// The person's consent.
    Consent,
    /// The beneficiary's face, recognised.
    Face,
    /// The proxy's photo.
    ProxyPhoto,
    /// The statement letter's photo.
    StatementPhoto,
    /// The proxy's name, NIK, relation and reason.
    ProxyDetails,
    /// The beneficiary's photo, whether or not a face can be told in it.
    Photo,
    /// Why the face can't be matched, in the officer's words.
    Reason,
    /// The identity document's photo, or why there is none.
    DocumentPhoto,
    /// The number that the officer reads from the document, or why there is none.
    DocumentNik,
}

/// What sort of document shows a number and a name.
#[uniffi::remote(Enum)]
pub enum DocumentKind {
    /// The identity card (KTP).
    Ktp,
    /// The family card (KK).
    FamilyCard,
    /// A letter of the village that says who somebody is.
    VillageLetter,
}

/// Why somebody shows no document.
#[uniffi::remote(Enum)]
pub enum NoDocument {
    /// Never had one.
    NeverIssued,
    /// Lost or destroyed.
    Lost,
    /// Applied for, and not there yet.
    InProcess,
    /// Somebody else keeps it, or it is elsewhere.
    Elsewhere,
}

/// What a proxy is to the beneficiary.
#[uniffi::remote(Enum)]
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
#[uniffi::remote(Enum)]
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

/// Why nobody was paid.
#[uniffi::remote(Enum)]
pub enum NotServedReason {
    /// Nobody at home.
    Absent,
    /// Moved away.
    Moved,
    /// Deceased.
    Deceased,
    /// Refused the aid.
    Refused,
    /// The face couldn't be taken: only after a capture that came to nothing.
    CaptureGivenUp,
}

/// What a handset may do.
#[uniffi::remote(Enum)]
pub enum HandsetState {
    /// Everything.
    Active,
    /// Only send what it has.
    Locked,
    /// Destroy its root key; still send what is sealed.
    Erase,
}

/// An officer of this handset, as a list shows them.
#[uniffi::remote(Record)]
pub struct Officer {
    /// Who.
    pub id: OfficerId,
    /// What people call them, as the server last said; may be empty.
    pub name: String,
    /// Whether there is a PIN to be tried.
    pub state: OfficerState,
    /// How many more PINs may be wrong before the officer is locked out.
    pub attempts_left: u32,
    /// A code for this officer came from the server: a new PIN can be set.
    pub code_waiting: bool,
}

/// Whether an officer can unlock.
#[uniffi::remote(Enum)]
pub enum OfficerState {
    /// With the PIN.
    Ready,
    /// Too many PINs were wrong: a supervisor's code is needed.
    LockedOut,
    /// Known to the office, but never admitted here: a supervisor's code is needed.
    NotAdmitted,
}

/// What a supervisor's code is for.
#[uniffi::remote(Enum)]
pub enum CodePurpose {
    /// This officer sets a PIN.
    Admit {
        /// Who.
        officer: OfficerId,
    },
    /// The handset destroys its keys.
    Erase,
}

/// Why a supervisor's code isn't taken.
#[uniffi::remote(Enum)]
pub enum CodeError {
    /// Not a code of the programme's server.
    NotACode,
    /// For another handset.
    OtherHandset,
    /// Too old.
    Expired,
    /// Used before.
    Taken,
    /// Made of a secret that the handset no longer has: sync, and ask for a new one.
    Outdated,
    /// It admits where it should erase, or the other way round.
    OtherAction,
    /// The server gave none for this officer.
    NoneWaiting,
}

/// The kind of a record.
#[uniffi::remote(Enum)]
pub enum Kind {
    /// The beneficiary was recognised and paid.
    InPerson,
    /// A proxy collected.
    Proxy,
    /// The face couldn't be matched.
    Exception,
    /// Nobody was paid.
    NotServed,
    /// The beneficiary withdrew consent.
    ConsentWithdrawn,
    /// A face was taken down for the first time.
    Enrolment,
    /// Cash was received, returned or counted.
    Cash,
}

/// Why the server said no.
#[uniffi::remote(Enum)]
pub enum ProblemCode {
    /// It doesn't know this handset, or the handset's clock is far off.
    Unauthorized,
    /// The handset's clock doesn't fit the server's.
    ClockSkew,
    /// The ticket is unknown, used or out of date.
    TicketRefused,
    /// Photos have to be sent first.
    BlobsMissing,
    /// The record is known with other bytes; both are kept for review.
    Conflict,
    /// The record can't be accepted, now or later.
    Rejected,
    /// There is no such thing.
    NotFound,
    /// Larger than the server takes.
    TooLarge,
    /// The request isn't as the protocol says.
    BadRequest,
    /// The server's own fault.
    Internal,
}

/// That the person agreed to have their face taken, and to which text.
#[uniffi::remote(Record)]
pub struct Consent {
    /// The version of the text that was read out: `Policy.consentVersion`.
    pub text_version: String,
    /// Its language: `id` or `en`.
    pub language: String,
}

/// Who the proxy is, and why.
#[uniffi::remote(Record)]
pub struct ProxyDetails {
    /// The proxy's name.
    pub name: String,
    /// The proxy's national number.
    pub nik: Nik,
    /// Where the proxy can be called, if anywhere.
    pub phone: Option<Phone>,
    /// What the proxy is to the beneficiary.
    pub relation: Relation,
    /// Why the beneficiary can't collect.
    pub reason: ProxyReason,
}

/// One monthly payout.
#[uniffi::remote(Record)]
pub struct Round {
    /// Its name, such as `BST-2026-11`.
    pub id: RoundId,
    /// What people call it.
    pub title: String,
}

/// How it stands with somebody who is entitled in a round.
#[uniffi::remote(Enum)]
pub enum Standing {
    /// Nobody was there yet, or nothing came of it that ends it.
    ToVisit,
    /// Paid by this handset.
    PaidHere,
    /// Paid by another handset, or by a record that this one has forgotten.
    PaidElsewhere,
    /// Written down as an exception that didn't pay: a supervisor looks.
    Exception,
    /// Nobody at home.
    Absent,
    /// Moved away.
    Moved,
    /// Deceased.
    Deceased,
    /// Refused the aid.
    Refused,
}

/// How far a round has come on this handset. Each who is entitled counts in one of the numbers after that.
#[uniffi::remote(Record)]
pub struct Progress {
    /// How many are entitled.
    pub entitled: u64,
    /// How many of them are paid by this handset.
    pub paid_here: u64,
    /// How many by others.
    pub paid_elsewhere: u64,
    /// How many wait for a supervisor.
    pub exceptions: u64,
    /// How many weren't at home.
    pub absent: u64,
    /// How many have moved away.
    pub moved: u64,
    /// How many are deceased.
    pub deceased: u64,
    /// How many refused the aid.
    pub refused: u64,
    /// How many are still to be visited.
    pub to_visit: u64,
    /// How much they are entitled to, in rupiah.
    pub amount: Rupiah,
    /// How much of it is paid, in rupiah.
    pub amount_paid: Rupiah,
    /// How much is still to be paid to those who are to be visited or weren't at home, in rupiah.
    pub amount_to_pay: Rupiah,
    /// How many beneficiaries can be found by face, of whatever round.
    pub with_face: u64,
}

/// One beneficiary, as this handset knows them. Personal data: for the screen, never for a log.
#[uniffi::remote(Record)]
pub struct Card {
    /// The programme's number.
    pub id: BeneficiaryId,
    /// The name of the person who collects.
    pub name: String,
    /// Street, house and neighbourhood.
    pub address: String,
    /// The delivery route.
    pub route: String,
    /// The national number with all but its last four digits hidden.
    pub nik: String,
    /// Whether a face can be compared with theirs.
    pub has_face: bool,
    /// What they are entitled to, and how that stands.
    pub entitlements: Vec<Due>,
    /// What this handset wrote down about them and still remembers, in order.
    pub history: Vec<Summary>,
    /// What the officer should know before anything else.
    pub notices: Vec<Notice>,
}

/// What somebody is to be paid in a round.
#[uniffi::remote(Record)]
pub struct Due {
    /// The round.
    pub round: Round,
    /// How much, in rupiah.
    pub amount: Rupiah,
    /// How it stands.
    pub standing: Standing,
}

/// A visit that was cut short.
#[uniffi::remote(Record)]
pub struct Interrupted {
    /// To whom.
    pub beneficiary: BeneficiaryId,
    /// For which round.
    pub round: RoundId,
    /// What sort of visit.
    pub sort: VisitSort,
    /// When its first step was taken.
    pub begun: Timestamp,
}

/// What sort of visit it is.
#[uniffi::remote(Enum)]
pub enum VisitSort {
    /// The beneficiary stands there.
    InPerson,
    /// A proxy stands there.
    Proxy,
    /// The face can't be matched.
    Exception,
    /// A proxy stands there who can't be cleared.
    ProxyException,
    /// A face is taken down for the first time.
    Enrolment,
}

/// What an officer should know of somebody.
#[uniffi::remote(Enum)]
pub enum Notice {
    /// They are paid already.
    AlreadyPaid {
        /// In which round.
        round: RoundId,
    },
    /// A proxy collected for them.
    ProxySeen {
        /// In which round.
        round: RoundId,
        /// For how many others that proxy has collected in it.
        others: u32,
    },
    /// An exception waits for a supervisor.
    ExceptionWaits {
        /// In which round.
        round: RoundId,
    },
    /// The roster has no face that can be compared.
    NoFace,
    /// They don't want their face to be kept.
    ConsentWithdrawn,
}

/// A point on Earth, in degrees of WGS 84.
#[derive(Debug, Clone, Copy, uniffi::Record)]
pub struct Point {
    /// Degrees north, -90 to 90.
    pub latitude: f64,
    /// Degrees east, -180 to 180.
    pub longitude: f64,
}

impl TryFrom<Point> for Coordinates {
    type Error = SaksiError;

    fn try_from(point: Point) -> Result<Self, SaksiError> {
        Self::new(point.latitude, point.longitude).map_err(SaksiError::invalid)
    }
}

/// One stop of today's route. Personal data: for the screen, never for a log.
#[derive(uniffi::Record)]
pub struct Stop {
    /// Whom to visit.
    pub beneficiary: BeneficiaryId,
    /// That person's name.
    pub name: String,
    /// Street, house and neighbourhood.
    pub address: String,
    /// What is to be paid, in rupiah.
    pub amount: Rupiah,
    /// Somebody was there in this round, and nobody at home.
    pub was_absent: bool,
    /// Where the house is, if the roster knows.
    pub place: Option<Point>,
    /// Metres along the great circle from the last place before that is known.
    pub metres: Option<u32>,
}

impl From<saksi_field::Stop> for Stop {
    fn from(stop: saksi_field::Stop) -> Self {
        let saksi_field::Stop { beneficiary, name, address, amount, was_absent, coordinates, metres } = stop;
        let place = coordinates.map(|it| Point { latitude: it.latitude(), longitude: it.longitude() });
        Self { beneficiary, name, address, amount, was_absent, place, metres }
    }
}

/// One record, as its officer may see it again; also the receipt to show when it is committed.
#[uniffi::remote(Record)]
pub struct Summary {
    /// The record.
    pub record: RecordId,
    /// Its place in this handset's chain.
    pub seq: u64,
    /// Its kind.
    pub kind: Kind,
    /// For whom; nothing of a record that isn't about a beneficiary.
    pub beneficiary: Option<BeneficiaryId>,
    /// For which round.
    pub round: RoundId,
    /// What was paid, if anything was, in rupiah.
    pub amount: Option<Rupiah>,
    /// Why nobody was paid, in a record that says so.
    pub not_served: Option<NotServedReason>,
    /// When.
    pub at: Timestamp,
    /// The code on the receipt, by which the office finds the record; `receiptQr` draws it.
    pub code: String,
}

/// A QR code as its modules.
#[uniffi::remote(Record)]
pub struct ReceiptQr {
    /// Modules a side, without the quiet zone of four that must be left around it.
    pub side: u32,
    /// Whether a module is dark, row by row.
    pub dark: Vec<bool>,
}

/// The QR code of a receipt's code, to be shown on the screen.
#[uniffi::export]
pub fn receipt_qr(code: &str) -> Result<ReceiptQr, SaksiError> {
    Ok(ReceiptQr::of(&code.parse().map_err(SaksiError::invalid)?))
}

/// An officer's account of a round on this handset, since it was last closed.
#[uniffi::remote(Record)]
pub struct CashState {
    /// What was received, in rupiah.
    pub received: Rupiah,
    /// How many records paid.
    pub payments: u64,
    /// What they paid, in rupiah.
    pub paid: Rupiah,
    /// What was returned, in rupiah.
    pub returned: Rupiah,
    /// What was received and is neither paid nor returned, in rupiah; negative: too much was.
    pub difference: i64,
}

/// How many records are on each shelf.
#[uniffi::remote(Record)]
pub struct OutboxCounts {
    /// Waiting to be sent.
    pub waiting: u64,
    /// The server has them.
    pub sent: u64,
    /// Refused by the server.
    pub quarantined: u64,
}

/// How far a sync is.
#[uniffi::remote(Record)]
pub struct SyncProgress {
    /// Records sent or set aside in this sync.
    pub records_done: u64,
    /// Records that waited when it began.
    pub records_total: u64,
    /// Bytes of photos sent in this sync.
    pub bytes_sent: u64,
}

/// How long a handset keeps what it was given the server's receipt for.
#[uniffi::remote(Record)]
pub struct Retention {
    /// After so many days the officer's summary of a record is forgotten; 0: never.
    pub summaries_days: u32,
    /// After so many days sealed envelopes are removed, from the chain's beginning on; 0: never.
    pub envelopes_days: u32,
}

/// What the programme wants handsets to do.
#[uniffi::remote(Record)]
pub struct Policy {
    /// The similarity from which a face is a match, where the programme sets it.
    pub match_at: Option<f32>,
    /// The similarity from which a face is worth a second look, where the programme sets it.
    pub review_at: Option<f32>,
    /// Whether an officer may pay somebody whose face can't be matched.
    pub exceptions_pay: bool,
    /// Whether a face has to be shown to be alive before it counts, and how.
    pub liveness: LivenessPolicy,
    /// After how many minutes without use the handset locks itself; 0: never.
    pub idle_lock_minutes: u32,
    /// For how many beneficiaries of a round one proxy may collect.
    pub proxy_limit: u32,
    /// How long handsets keep what the server has.
    pub retention: Retention,
    /// The version of the consent text to read out.
    pub consent_version: String,
    /// That text in Indonesian.
    pub consent_id: String,
    /// And in English.
    pub consent_en: String,
}

/// This handset and its programme, as last heard.
#[derive(Debug, uniffi::Record)]
pub struct HandsetInfo {
    /// The handset's id.
    pub handset: HandsetId,
    /// What people call it.
    pub label: String,
    /// The server's address.
    pub server: String,
    /// What the handset may do.
    pub state: HandsetState,
    /// When the server last said so, by the server's clock.
    pub heard: Timestamp,
}

impl From<Programme> for HandsetInfo {
    fn from(known: Programme) -> Self {
        let Programme { handset, label, server, status, .. } = known;
        Self { handset, label, server, state: status.state, heard: status.time }
    }
}

/// A beneficiary as an officer sees them, for one round. Personal data: for the screen, never for a log.
#[derive(uniffi::Record)]
pub struct BeneficiaryCard {
    /// The programme's number.
    pub id: BeneficiaryId,
    /// The name of the person who collects.
    pub name: String,
    /// Street, house and neighbourhood.
    pub address: String,
    /// The delivery route.
    pub route: String,
    /// The national number with all but its last four digits hidden.
    pub nik: String,
    /// Whether a face can be compared with theirs.
    pub has_face: bool,
    /// What is to be paid in the round, in rupiah; nothing where they aren't entitled.
    pub amount: Option<Rupiah>,
    /// When it was paid, if it was.
    pub paid: Option<Timestamp>,
    /// A supervisor approved an exception of this round: the next one pays.
    pub exception_approved: bool,
}

impl BeneficiaryCard {
    pub(crate) fn read(roster: &Roster, round: &RoundId, id: &BeneficiaryId) -> Result<Self, RosterError> {
        let known = roster.beneficiary(id)?;
        Ok(Self {
            id: id.clone(),
            name: known.name.clone(),
            address: known.address.clone(),
            route: known.route.clone(),
            nik: known.nik.to_string(),
            has_face: roster.template(id)?.is_some(),
            amount: roster.entitlement(round, id).ok(),
            paid: roster.paid(round, id).map(|mark| mark.at),
            exception_approved: roster.approval(round, id).is_some(),
        })
    }
}
