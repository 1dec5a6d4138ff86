//! A camera's frames, one after the other, from a folder of pictures or a motion-JPEG file.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use saksi_face::Frame;

/// The frames with their times, at so many a second. One is read at a time; a motion-JPEG file is held whole.
pub fn read(path: &Path, fps: f64) -> Result<impl Iterator<Item = Result<(Duration, Frame)>>> {
    let pictures = if path.is_dir() { Pictures::Files(listed(path)?) } else { Pictures::Video(video(path)?) };
    let count = match &pictures {
        Pictures::Files(files) => files.len(),
        Pictures::Video(frames) => frames.len(),
    };
    if count == 0 {
        bail!("no frames in {}", path.display());
    }
    Ok((0..count).map(move |i| {
        let at = Duration::from_secs_f64(i as f64 / fps);
        let frame = match &pictures {
            Pictures::Files(files) => crate::photos::frame(&files[i])?,
            Pictures::Video(frames) => Frame::decode(&frames[i]).with_context(|| format!("frame {}", i + 1))?,
        };
        Ok((at, frame))
    }))
}

enum Pictures {
    Files(Vec<PathBuf>),
    Video(Vec<Vec<u8>>),
}

/// The pictures of a folder, by name.
fn listed(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let extension = path.extension().map(std::ffi::OsStr::to_ascii_lowercase);
        if extension.is_some_and(|it| ["jpg", "jpeg", "png"].iter().any(|known| it == *known)) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn video(path: &Path) -> Result<Vec<Vec<u8>>> {
    Ok(split(&fs::read(path).with_context(|| path.display().to_string())?))
}

/// The JPEGs in a motion-JPEG stream: each from one start of an image to the next.
fn split(stream: &[u8]) -> Vec<Vec<u8>> {
    const START: [u8; 3] = [0xff, 0xd8, 0xff];
    const END: [u8; 2] = [0xff, 0xd9];
    let is_start = |at: &usize| stream[*at..].starts_with(&START) && (*at == 0 || stream[..*at].ends_with(&END));
    let starts: Vec<usize> = (0..stream.len().saturating_sub(2)).filter(is_start).collect();
    let ends = starts.iter().skip(1).copied().chain([stream.len()]);
    starts.iter().zip(ends).map(|(start, end)| stream[*start..end].to_vec()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_split_where_one_picture_ends_and_another_starts() {
        let one = [0xff, 0xd8, 0xff, 0xe0, 1, 0xff, 0xd8, 0xff, 2, 0xff, 0xd9];
        let two = [0xff, 0xd8, 0xff, 0xdb, 3, 0xff, 0xd9];
        assert_eq!(split(&[&one[..], &two].concat()), [one.to_vec(), two.to_vec()]);
        assert!(split(b"no video").is_empty());
        assert!(split(&[]).is_empty());
    }
}
