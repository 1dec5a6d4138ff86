//! Statement letters, drawn and photographed in software: what is accepted can be read, and the rest is refused with a reason.

mod letter;
mod photo;
mod random;

use saksi_face::{PageLimits, judge};

use letter::{Filling, Letter};
use photo::{GROUNDS, Shot};

#[test]
fn probe() {
    let letter = Letter::statement(&Filling::default()).folded();
    for ground in GROUNDS {
        for (i, shot) in [
            Shot { ground, ..Shot::default() },
            Shot { ground, size: (720, 1280), ..Shot::default() },
            Shot { ground, fill: 0.6, tilt: [0.4, 0.3], turn: 0.2, ..Shot::default() },
            Shot { ground, fill: 0.985, tilt: [0.0, 0.0], turn: 0.0, ..Shot::default() },
        ]
        .into_iter()
        .enumerate()
        {
            let frame = shot.of(&letter);
            std::fs::write(format!("/tmp/st_{ground:?}_{i}.jpg"), frame.to_evidence_jpeg(4000, 90).unwrap()).unwrap();
            let start = std::time::Instant::now();
            let judged = judge(&frame, &PageLimits::default(), &[]);
            let ms = start.elapsed().as_secs_f32() * 1e3;
            match judged {
                Ok(s) => {
                    let off: Vec<f32> =
                        s.corners.iter().zip(shot.corners()).map(|(a, b)| (a[0] - b[0]).hypot(a[1] - b[1])).collect();
                    std::fs::write(format!("/tmp/st_{ground:?}_{i}_page.jpg"), &s.page).unwrap();
                    println!("{ground:?} {i}: {ms:.0} ms off {off:.2?} {:?} {:?} {}", s.paper, s.quality, s.page.len());
                }
                Err(e) => println!("{ground:?} {i}: {ms:.0} ms {e}"),
            }
        }
    }
}
