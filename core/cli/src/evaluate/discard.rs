//! Error against discard: how many errors remain once the photos of least quality are left out.

/// A pair of photos of one person: their quality (more is better) and how alike they are. A photo without a template
/// has the quality `NEG_INFINITY`, and is alike to nobody.
#[derive(Clone, Copy, Debug)]
pub struct Mated {
    pub qualities: [f32; 2],
    pub similarity: f64,
}

/// What remains of the pairs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Remaining {
    /// Photos below this quality were left out.
    pub at: f32,
    pub pairs: usize,
    /// The share of them below the threshold; `None` without pairs.
    pub fnmr: Option<f64>,
}

/// Leaves out the `share` of photos with the least quality, and the pairs that any of them is in.
pub fn discarding(share: f64, photos: &[f32], mated: &[Mated], threshold: f64) -> Remaining {
    let mut rising = photos.to_vec();
    rising.sort_by(f32::total_cmp);
    let left_out = ((rising.len() as f64 * share) as usize).min(rising.len().saturating_sub(1));
    let at = rising.get(left_out).copied().unwrap_or(f32::NEG_INFINITY);
    let kept: Vec<&Mated> = mated.iter().filter(|pair| pair.qualities.iter().all(|quality| *quality >= at)).collect();
    let missed = kept.iter().filter(|pair| pair.similarity < threshold).count();
    let fnmr = (!kept.is_empty()).then(|| missed as f64 / kept.len() as f64);
    Remaining { at, pairs: kept.len(), fnmr }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_remains_is_counted_by_hand() {
        let pair = |a, b, similarity| Mated { qualities: [a, b], similarity };
        let photos = [1.0, 2.0, 3.0, 4.0, f32::NEG_INFINITY];
        // Two misses in four: one with the worst photo, one without a template.
        let mated = [pair(1.0, 4.0, 0.1), pair(2.0, 3.0, 0.8), pair(3.0, 4.0, 0.9), pair(f32::NEG_INFINITY, 4.0, -1.0)];
        let after = |share| discarding(share, &photos, &mated, 0.5);
        let remaining = |at, pairs, fnmr| Remaining { at, pairs, fnmr };
        assert_eq!(after(0.0), remaining(f32::NEG_INFINITY, 4, Some(0.5)));
        assert_eq!(after(0.2), remaining(1.0, 3, Some(1.0 / 3.0)));
        assert_eq!(after(0.4), remaining(2.0, 2, Some(0.0)));
        assert_eq!(after(0.8), remaining(4.0, 0, None));
        assert_eq!(after(1.0), remaining(4.0, 0, None));
    }
}
