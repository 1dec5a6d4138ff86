//! Names, numbers, amounts, times and portraits: text, integers and bytes on the other side, checked where they cross.

use jiff::Timestamp;
use saksi_field::VisitId;
use saksi_records::{BeneficiaryId, HandsetId, Nik, OfficerId, Phone, Portrait, RecordId, RoundId, Rupiah};

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
uniffi::custom_type!(VisitId, String, {
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
uniffi::custom_type!(Portrait, Vec<u8>, {
    remote,
    try_lift: |jpeg| Ok(Portrait::new(jpeg).map_err(SaksiError::invalid)?),
    lower: |portrait| portrait.jpeg().to_vec(),
});
