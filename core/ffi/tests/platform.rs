//! What a phone tells is believed only where it can be true, and a phone that fails stops nothing but what needs it.

use std::sync::Arc;

use saksi_ffi::{Clock, ClockReading, Fix, KeyVault, Location, Platform, PlatformError};
use saksi_field::VaultError;

/// A phone whose every part answers as told; without an answer it fails.
#[derive(Clone, Default)]
struct Phone {
    wall_ms: Option<i64>,
    latitude: Option<f64>,
    secret: Option<Vec<u8>>,
}

fn failed<T>() -> Result<T, PlatformError> {
    Err(PlatformError::Failed { reason: "busy".into() })
}

impl KeyVault for Phone {
    fn wrap(&self, _purpose: String, secret: Vec<u8>) -> Result<Vec<u8>, PlatformError> {
        self.secret.as_ref().map_or_else(failed, |_| Ok(secret))
    }

    fn unwrap(&self, _purpose: String, _wrapped: Vec<u8>) -> Result<Vec<u8>, PlatformError> {
        self.secret.clone().map_or_else(failed, Ok)
    }
}

impl Clock for Phone {
    fn now(&self) -> Result<ClockReading, PlatformError> {
        self.wall_ms.map_or_else(failed, |wall_ms| Ok(ClockReading { wall_ms, boot: "first".into(), monotonic_ms: 7 }))
    }
}

impl Location for Phone {
    fn last_fix(&self) -> Result<Option<Fix>, PlatformError> {
        let fix = |latitude| Fix { latitude, longitude: 106.8, accuracy_m: 12.0, mocked: false, age_ms: None };
        self.latitude.map_or_else(failed, |latitude| Ok(Some(fix(latitude))))
    }
}

fn platform(phone: Phone) -> saksi_field::Platform {
    let phone = Arc::new(phone);
    Platform { keystore: phone.clone(), clock: phone.clone(), location: phone }.into()
}

#[test]
fn a_clock_that_fails_or_tells_no_time_gives_way_to_the_machine_s_own() {
    let told = platform(Phone { wall_ms: Some(1_762_000_000_000), ..Phone::default() }).clock.now();
    assert_eq!((told.wall.as_millisecond(), told.boot.as_str(), told.monotonic_ms), (1_762_000_000_000, "first", 7));
    for wall_ms in [None, Some(i64::MAX)] {
        let own = platform(Phone { wall_ms, ..Phone::default() }).clock.now();
        assert_ne!(own.boot, "first");
        assert!(own.wall.as_second() > 1_700_000_000);
    }
}

#[test]
fn a_place_that_fails_or_is_not_on_earth_is_unknown() {
    let place = |latitude| platform(Phone { latitude, ..Phone::default() }).location.last_fix();
    assert!(place(Some(-6.2)).is_some());
    for latitude in [None, Some(91.0), Some(f64::NAN)] {
        assert_eq!(place(latitude), None);
    }
}

#[test]
fn a_keystore_that_fails_says_why() {
    let keystore = platform(Phone::default()).keystore;
    for failed in [keystore.wrap("a", b"secret").err(), keystore.unwrap("a", b"wrapped").err()] {
        assert!(matches!(failed, Some(VaultError::Unavailable(reason)) if reason == "busy"));
    }
    let keystore = platform(Phone { secret: Some(b"secret".to_vec()), ..Phone::default() }).keystore;
    assert_eq!(*keystore.unwrap("a", b"wrapped").expect("it works"), b"secret");
}
