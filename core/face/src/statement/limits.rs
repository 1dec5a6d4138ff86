//! What a statement's photo is refused for, and from where on.

use serde::{Deserialize, Serialize};

use super::PageQuality;

/// What keeps a photo from being a statement that can be read. The names, in snake case, are stable: apps turn them into
/// advice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
    /// A page that was photographed before today.
    AlreadyUsed,
}

impl PageProblem {
    /// Its stable name, in snake case.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoPage => "no_page",
            Self::WholePage => "whole_page",
            Self::TooDark => "too_dark",
            Self::Closer => "closer",
            Self::Straighten => "straighten",
            Self::Glare => "glare",
            Self::Shadow => "shadow",
            Self::Blurred => "blurred",
            Self::Faint => "faint",
            Self::NotAStatement => "not_a_statement",
            Self::AlreadyUsed => "already_used",
        }
    }
}

/// From where on a component of [`PageQuality`] is a problem. What the defaults stand on is in `docs/statement.md`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageLimits {
    /// The smallest density.
    pub dpi: f32,
    /// The smallest evenness.
    pub evenness: f32,
    /// The greatest turn, in degrees.
    pub turn: f32,
    /// The darkest paper.
    pub paper: f32,
    /// The smallest shading.
    pub shading: f32,
    /// The greatest share of glare.
    pub glare: f32,
    /// The smallest contrast.
    pub contrast: f32,
    /// The widest edge of a stroke, in millimetres.
    pub edge_mm: f32,
    /// The smallest clarity.
    pub clarity: f32,
    /// The fewest fields with writing.
    pub written_fields: u32,
}

impl PageLimits {
    /// Lets everything through in which a page is found: to measure what is refused otherwise.
    pub fn none() -> Self {
        Self {
            dpi: 0.0,
            evenness: 0.0,
            turn: 90.0,
            paper: 0.0,
            shading: 0.0,
            glare: 1.0,
            contrast: 0.0,
            edge_mm: f32::MAX,
            clarity: 0.0,
            written_fields: 0,
        }
    }
}

impl Default for PageLimits {
    fn default() -> Self {
        Self {
            dpi: 67.0,
            evenness: 0.3,
            turn: 40.0,
            paper: 0.14,
            shading: 0.2,
            glare: 0.005,
            contrast: 0.14,
            edge_mm: 1.35,
            clarity: 20.0,
            written_fields: 150,
        }
    }
}

/// Where the paper is lighter than this, more light doesn't help.
const BRIGHT: f32 = 0.5;

impl PageQuality {
    /// What is beyond the limits, in the order in which it's worth mending.
    pub fn problems(&self, limits: &PageLimits) -> Vec<PageProblem> {
        let is_marked = self.marked_fields >= limits.written_fields;
        let is_written = self.written_fields >= limits.written_fields && 2 * self.written_fields >= self.marked_fields;
        let is_unclear = is_marked && self.clarity < limits.clarity;
        let is_blurred =
            is_marked && (self.edge_mm > limits.edge_mm || (is_unclear && self.edge_mm > limits.edge_mm / 2.0));
        let is_lost = is_unclear && !is_blurred;
        let judged = [
            (self.paper < limits.paper || (is_lost && self.paper < BRIGHT), PageProblem::TooDark),
            (self.dpi < limits.dpi, PageProblem::Closer),
            (self.evenness < limits.evenness || self.turn > limits.turn, PageProblem::Straighten),
            (self.glare > limits.glare, PageProblem::Glare),
            (self.shading < limits.shading, PageProblem::Shadow),
            (is_blurred, PageProblem::Blurred),
            (is_lost || (is_marked && self.contrast < limits.contrast), PageProblem::Faint),
            (!is_marked || !(is_blurred || is_written), PageProblem::NotAStatement),
        ];
        judged.into_iter().filter_map(|(is_problem, problem)| is_problem.then_some(problem)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_beyond_a_limit_is_named_and_nothing_else() {
        let limits = PageLimits::default();
        let good = PageQuality {
            dpi: 150.0,
            evenness: 0.9,
            turn: 2.0,
            paper: 0.8,
            shading: 0.9,
            glare: 0.0,
            contrast: 0.6,
            edge_mm: 0.5,
            clarity: 100.0,
            marked_fields: 500,
            written_fields: 480,
        };
        let problems = |quality: PageQuality| quality.problems(&limits);
        assert_eq!(problems(good), []);
        assert_eq!(problems(PageQuality { dpi: 40.0, ..good }), [PageProblem::Closer]);
        assert_eq!(problems(PageQuality { turn: 44.0, ..good }), [PageProblem::Straighten]);
        assert_eq!(problems(PageQuality { edge_mm: 2.0, clarity: 10.0, ..good }), [PageProblem::Blurred]);
        assert_eq!(
            problems(PageQuality { clarity: 10.0, paper: 0.3, ..good }),
            [PageProblem::TooDark, PageProblem::Faint]
        );
        assert_eq!(problems(PageQuality { clarity: 10.0, ..good }), [PageProblem::Faint]);
        assert_eq!(
            problems(PageQuality { marked_fields: 90, written_fields: 80, ..good }),
            [PageProblem::NotAStatement]
        );
        assert_eq!(
            problems(PageQuality { written_fields: 200, ..good }),
            [PageProblem::NotAStatement],
            "pictures, no text"
        );
        assert_eq!(serde_json::to_value(PageProblem::WholePage).expect("a name"), PageProblem::WholePage.code());
    }
}
