//! What is seen of a face or a page, and what was seen of a life behind it.

use saksi_face::{
    Clearance, Covered, Decision, DocumentProblem, GiveUp, LivenessMode, LivenessPolicy, LivenessVerdict, PageProblem,
    PassiveLow, QualityProblem,
};

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
    /// Tilted, lying or upside down: hold the head, or the phone, upright.
    Tilted,
    /// Something covers eyes or mouth: take it off.
    Covered,
}

/// Which features of a face are covered.
#[uniffi::remote(Enum)]
pub enum Covered {
    /// By dark glasses, a visor or a hand.
    Eyes,
    /// By a mask, a cloth or a hand.
    Mouth,
    /// Both.
    EyesAndMouth,
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

/// What keeps a photo from being one of a document that can be read.
#[uniffi::remote(Enum)]
pub enum DocumentProblem {
    /// Too little light: turn to it.
    TooDark,
    /// Too few pixels, or too small in the picture: come closer.
    Closer,
    /// Something shines on it: tilt it away from the light.
    Glare,
    /// Not sharp: hold still, and clean the lens.
    Blurred,
    /// Nothing is written in the picture.
    NoDocument,
}

/// What a programme asks for before a face counts as that of somebody who stands there.
#[uniffi::remote(Record)]
pub struct LivenessPolicy {
    /// Whether the checks are made, and whether they decide.
    pub mode: LivenessMode,
    /// How many movements are asked for, one after another.
    pub challenges: u8,
    /// How many expressions are asked for after that, where the handset has the model that sees them.
    pub expressions: u8,
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
