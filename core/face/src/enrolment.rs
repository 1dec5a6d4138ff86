//! One template of several photos of a person, so that no single bad one decides who is found.

use crate::{Template, TemplateError, Thresholds};

/// Why photos don't make one template.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum EnrolmentError {
    /// None, or of several models.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// One isn't like the others: they show several people, or one of them shows too little.
    #[error("the photos do not surely show one person: number {} is not like the others", photo + 1)]
    SeveralPeople {
        /// Which of them, from 0; of two it may as well be the other.
        photo: usize,
        /// How alike it is to what the others make together.
        similarity: f32,
    },
}

/// The mean of a person's templates. Each must be as alike to the mean of the others as `thresholds` ask before a person
/// has to look: somebody else's photo among them would let both be paid as one.
pub fn enrolled(templates: &[Template], thresholds: Thresholds) -> Result<Template, EnrolmentError> {
    let mean = |without: Option<usize>| {
        let others = templates.iter().enumerate().filter(|(i, _)| Some(*i) != without);
        Template::fused(others.map(|(_, template)| (template, 1.0)))
    };
    let mut least = (0, f32::INFINITY);
    for (photo, template) in templates.iter().enumerate().filter(|_| templates.len() > 1) {
        let similarity = template.similarity(&mean(Some(photo))?)?;
        if similarity < least.1 {
            least = (photo, similarity);
        }
    }
    match least {
        (photo, similarity) if similarity < thresholds.review_at => {
            Err(EnrolmentError::SeveralPeople { photo, similarity })
        }
        _ => Ok(mean(None)?),
    }
}

#[cfg(test)]
mod tests {
    use std::slice;

    use super::*;

    const THRESHOLDS: Thresholds = Thresholds { match_at: 0.4, match_fmr: 1e-4, review_at: 0.3, review_fmr: 1e-3 };

    fn template(x: f32, y: f32) -> Template {
        Template::new("m".into(), vec![x, y]).expect("valid")
    }

    #[test]
    fn one_photo_is_taken_as_it_is_and_several_are_put_together() {
        let (a, b) = (template(1.0, 0.0), template(0.6, 0.8));
        assert_eq!(enrolled(slice::from_ref(&a), THRESHOLDS), Ok(a.clone()));
        let both = enrolled(&[a.clone(), b.clone()], THRESHOLDS).expect("alike by 0.6");
        assert!(both.similarity(&a).expect("one model") > 0.85 && both.similarity(&b).expect("one model") > 0.85);
    }

    #[test]
    fn the_photo_of_somebody_else_is_named() {
        let photos = [template(1.0, 0.1), template(1.0, 0.0), template(-0.2, 1.0), template(1.0, 0.2)];
        let refused = enrolled(&photos, THRESHOLDS).expect_err("two people");
        assert!(matches!(refused, EnrolmentError::SeveralPeople { photo: 2, similarity } if similarity < 0.3));
        assert!(refused.to_string().contains("number 3"));
    }

    #[test]
    fn no_photo_and_photos_of_several_models_are_refused() {
        assert_eq!(enrolled(&[], THRESHOLDS), Err(EnrolmentError::Template(TemplateError::Zero)));
        let other = Template::new("other".into(), vec![1.0, 0.0]).expect("valid");
        let mixed = enrolled(&[template(1.0, 0.0), other], THRESHOLDS);
        assert!(matches!(mixed, Err(EnrolmentError::Template(TemplateError::ModelMismatch { .. }))));
    }
}
