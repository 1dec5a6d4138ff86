//! `saksi evaluate`: measures error rates end to end, from photo files to decisions.

mod centre;
mod compared;
mod discard;
mod groups;
mod identification;
mod lists;
mod open_set;
mod pairs;
mod plot;
mod quality;
mod rates;
mod templates;
mod thresholds;
mod verification;

use anyhow::Result;
use clap::Subcommand;

use crate::Common;

#[derive(Subcommand)]
pub enum Command {
    /// Verification (1:1) on pairs of photos, in the format of Labeled Faces in the Wild
    ///
    /// Accuracy is the mean of ten folds, each judged at the threshold that is best for the other nine. FNMR is the
    /// share of same-person pairs below the threshold at which the given share of different-person pairs would match;
    /// null where there are too few of them to tell. A photo without a template (failures) makes its same-person pairs
    /// non-matches.
    Pairs(verification::Measure),
    /// Identification (1:N) of people who are in a gallery and of people who aren't
    ///
    /// A list is a text file with one photo a line; who a photo shows is the name of the folder it is in, as in
    /// Name/Name_0001.jpg. Of several photos of a person in the gallery one template is made, as `roster enrol` does.
    ///
    /// rank1 is the share of probes whose most alike person in the gallery is the right one. tpir (true positive
    /// identification rate at rank 1, ISO/IEC 19795-1) asks besides that the similarity reaches the threshold at which
    /// the given share of non-mated searches (fpir) has a candidate; null where there are too few of them to tell.
    /// A probe without a template is a miss, a non-mated photo without one isn't counted, and a person in the gallery
    /// without one can't be found. product has the rates at the threshold that the product takes for such a gallery, and
    /// under decided those of what it decides: a match only with some margin to the second person. Of mated searches,
    /// mated_false match somebody else, and mated_review find the right person and are sent to review for the second.
    /// margins has the same for other margins.
    Identify(identification::Measure),
    /// Thresholds: the similarities at false match rates of 1e-2 to 1e-6, as the manifest has them
    ///
    /// From every two photos of different people in a folder; a rate is left out where fewer than ten false matches
    /// would stand for it. The manifest is compiled in: what --write changes counts from the next build on.
    Thresholds(thresholds::Measure),
    /// The mean of the recogniser's vectors over many people, which the manifest has taken from each
    ///
    /// It is a property of the recogniser, and of nobody; a thousand people or more are enough. Thresholds stand for one
    /// centre, so `evaluate thresholds` comes after it, and after a build: the manifest is compiled in.
    Centre(centre::Measure),
    /// Which measures of a photo's quality tell beforehand that its comparisons will fail
    ///
    /// Leaves out the photos of least quality, by one measure after the other, and counts the errors that remain: FNMR
    /// at the threshold that every two photos of different people set for a false match rate of 1e-3. Each limit is the
    /// worst value that stays; of yaw, roll and luminance how far from 0, 0 and 0.5 it may be.
    Quality(quality::Measure),
    /// Error rates of groups of people or photos, at the product's threshold
    ///
    /// A group's pairs are every two photos that are both in it: of one person (fnmr), and of different people (fmr), who
    /// within a group are more alike than people at large. Groups are what the columns of --groups say of people; and
    /// thirds of the photos by what is measured in them.
    Groups(groups::Measure),
}

pub fn run(command: &Command, common: &Common) -> Result<()> {
    match command {
        Command::Pairs(args) => verification::run(args, common),
        Command::Identify(args) => identification::run(args, common),
        Command::Thresholds(args) => thresholds::run(args, common),
        Command::Centre(args) => centre::run(args, common),
        Command::Quality(args) => quality::run(args, common),
        Command::Groups(args) => groups::run(args, common),
    }
}
