//! Captures with the camera begin: of a face, and of a statement letter.

use std::sync::Arc;

use saksi_face::{CapturePolicy, LiveCapture, PageLimits};
use saksi_records::keys::random_bytes;
use saksi_records::record::Consent;

use super::Handset;
use crate::capture::face::{BEGUN, FaceCapture};
use crate::capture::statement::StatementCapture;
use crate::capture::{StatementPhoto, source};
use crate::day::used_pages::UsedPage;
use crate::error::FieldError;
use crate::store::{Changes, Table};

impl Handset {
    /// Begins to take a face with the camera, as the programme's policy asks. The person has consented. It's counted until
    /// a record comes of it.
    pub fn face_capture(&self, _consent: &Consent) -> Result<FaceCapture, FieldError> {
        let policy = CapturePolicy { liveness: self.policy().liveness, ..CapturePolicy::default() };
        let failed_before = self.with_session(|session| {
            let begun: u32 = session.store.get(Table::Meta, BEGUN)?.unwrap_or_default();
            let mut changes = Changes::default();
            changes.put(Table::Meta, BEGUN, &begun.saturating_add(1));
            session.store.apply(&changes)?;
            Ok(begun)
        })?;
        let capture = LiveCapture::new(Arc::clone(&self.engine), Arc::clone(&self.models), policy, random_bytes());
        Ok(FaceCapture::new(Arc::clone(&self.engine), capture, failed_before))
    }

    /// Takes a statement page from a picture: JPEG or PNG.
    pub fn statement_page(&self, picture: &[u8]) -> Result<StatementPhoto, FieldError> {
        Ok(source::statement(picture, &self.with_session(|session| Ok(UsedPage::all(&session.store)?))?)?)
    }

    /// Begins to take a statement letter with the camera. Letters that were used before are known.
    pub fn statement_capture(&self) -> Result<StatementCapture, FieldError> {
        let used = self.with_session(|session| Ok(UsedPage::all(&session.store)?))?;
        let capture = saksi_face::StatementCapture::new(PageLimits::default(), used);
        Ok(StatementCapture::new(capture))
    }
}
