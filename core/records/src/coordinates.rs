//! Where a house is, in degrees of WGS 84.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A point on Earth. `Debug` doesn't tell it: it is somebody's home.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Degrees")]
pub struct Coordinates {
    #[serde(rename = "lat")]
    latitude: f64,
    #[serde(rename = "lon")]
    longitude: f64,
}

// Never NaN: `Coordinates::new` is the only way in.
impl Eq for Coordinates {}

/// Numbers that aren't a point on Earth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the coordinates must be degrees: north -90 to 90, east -180 to 180")]
pub struct NotOnEarth;

#[derive(Deserialize)]
struct Degrees {
    lat: f64,
    lon: f64,
}

/// Metres; of a sphere with the same volume (IUGG mean radius).
const RADIUS_M: f64 = 6_371_008.8;

impl Coordinates {
    /// Degrees north (-90 to 90) and east (-180 to 180).
    pub fn new(latitude: f64, longitude: f64) -> Result<Self, NotOnEarth> {
        let real = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
        if real { Ok(Self { latitude, longitude }) } else { Err(NotOnEarth) }
    }

    /// Degrees north.
    pub fn latitude(&self) -> f64 {
        self.latitude
    }

    /// Degrees east.
    pub fn longitude(&self) -> f64 {
        self.longitude
    }

    /// The point on the unit sphere.
    pub fn on_unit_sphere(&self) -> [f64; 3] {
        let (latitude, longitude) = (self.latitude.to_radians(), self.longitude.to_radians());
        [latitude.cos() * longitude.cos(), latitude.cos() * longitude.sin(), latitude.sin()]
    }

    /// Metres along the great circle between two points on the unit sphere, from their chord.
    pub fn metres_between(one: &[f64; 3], other: &[f64; 3]) -> f64 {
        let chord = one.iter().zip(other).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt();
        2.0 * RADIUS_M * (chord / 2.0).min(1.0).asin()
    }
}

impl TryFrom<Degrees> for Coordinates {
    type Error = NotOnEarth;

    fn try_from(degrees: Degrees) -> Result<Self, NotOnEarth> {
        Self::new(degrees.lat, degrees.lon)
    }
}

/// `LATITUDE,LONGITUDE`, as maps give it.
impl FromStr for Coordinates {
    type Err = NotOnEarth;

    fn from_str(text: &str) -> Result<Self, NotOnEarth> {
        let (latitude, longitude) = text.split_once(',').ok_or(NotOnEarth)?;
        let degrees = |text: &str| text.trim().parse().map_err(|_| NotOnEarth);
        Self::new(degrees(latitude)?, degrees(longitude)?)
    }
}

impl fmt::Debug for Coordinates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Coordinates(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metres(one: &str, other: &str) -> f64 {
        let on_sphere = |text: &str| text.parse::<Coordinates>().expect("on Earth").on_unit_sphere();
        Coordinates::metres_between(&on_sphere(one), &on_sphere(other))
    }

    #[test]
    fn distances_are_those_of_the_great_circle() {
        let monas_to_gedung_sate = metres("-6.175392, 106.827153", "-6.902481, 107.618786");
        assert!((monas_to_gedung_sate - 119_150.0).abs() < 500.0, "{monas_to_gedung_sate}");
        let one_degree_at_the_equator = metres("0,179.5", "0,-179.5");
        assert!((one_degree_at_the_equator - 111_195.0).abs() < 1.0, "{one_degree_at_the_equator}");
        assert!((metres("-6.9,107.6", "-6.9,107.60001") - 1.104).abs() < 0.001);
    }

    #[test]
    fn what_is_not_on_earth_is_refused() {
        for text in ["91,0", "0,181", "NaN,0", "0,inf", "0", "", "a,b", "1,2,3"] {
            assert_eq!(text.parse::<Coordinates>(), Err(NotOnEarth), "{text}");
        }
        assert!(serde_json::from_str::<Coordinates>(r#"{"lat":91.0,"lon":0.0}"#).is_err());
        let point = Coordinates::new(-6.9147, 107.6098).expect("Bandung");
        let json = serde_json::to_string(&point).expect("plain data");
        assert_eq!(json, r#"{"lat":-6.9147,"lon":107.6098}"#);
        assert_eq!(serde_json::from_str::<Coordinates>(&json).expect("our own"), point);
    }
}
