//! Line charts as SVG.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// A chart of some curves.
pub struct Chart {
    pub title: String,
    pub x: Axis,
    pub y: Axis,
    pub curves: Vec<Curve>,
}

/// One axis, from its first tick to its last.
pub struct Axis {
    pub label: &'static str,
    pub scale: Scale,
    /// Rising, at least two; each with its text.
    pub ticks: Vec<(f64, String)>,
}

/// How values lie along an axis.
#[derive(Clone, Copy)]
pub enum Scale {
    Linear,
    /// For values above zero.
    Logarithmic,
}

/// One line. Points beyond the axes are drawn at their edge.
pub struct Curve {
    pub label: String,
    pub points: Vec<(f64, f64)>,
}

impl Chart {
    /// Writes the chart as an SVG file.
    pub fn write(&self, path: &Path) -> Result<()> {
        fs::write(path, self.svg()).with_context(|| path.display().to_string())
    }

    fn svg(&self) -> String {
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" \
             height=\"{HEIGHT}\" font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" \
             fill=\"white\"/>\n"
        );
        let middle = f64::midpoint(LEFT, RIGHT);
        text(&mut svg, (middle, TOP - 14.0), "middle", &self.title);
        text(&mut svg, (middle, HEIGHT - 10.0), "middle", self.x.label);
        text(&mut svg, (8.0, TOP - 14.0), "start", self.y.label);
        for (value, label) in &self.x.ticks {
            let x = self.x.place(*value, LEFT, RIGHT);
            line(&mut svg, (x, TOP), (x, BOTTOM));
            text(&mut svg, (x, BOTTOM + 18.0), "middle", label);
        }
        for (value, label) in &self.y.ticks {
            let y = self.y.place(*value, BOTTOM, TOP);
            line(&mut svg, (LEFT, y), (RIGHT, y));
            text(&mut svg, (LEFT - 8.0, y + 4.0), "end", label);
        }
        for (i, (curve, (colour, dashes))) in self.curves.iter().zip(STROKES.into_iter().cycle()).enumerate() {
            let style = format!("fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"{dashes}\"");
            let points: Vec<String> = curve.points.iter().map(|point| self.place(*point)).collect();
            let _ = writeln!(svg, "<polyline {style} points=\"{}\"/>", points.join(" "));
            let y = TOP + 16.0 + 18.0 * i as f64;
            let _ = writeln!(svg, "<path {style} d=\"M{} {}h28\"/>", RIGHT + 12.0, y - 4.0);
            text(&mut svg, (RIGHT + 46.0, y), "start", &curve.label);
        }
        svg + "</svg>\n"
    }

    fn place(&self, (x, y): (f64, f64)) -> String {
        format!("{:.1},{:.1}", self.x.place(x, LEFT, RIGHT), self.y.place(y, BOTTOM, TOP))
    }
}

impl Axis {
    fn place(&self, value: f64, start: f64, end: f64) -> f64 {
        let along = |v: f64| match self.scale {
            Scale::Linear => v,
            Scale::Logarithmic => v.max(f64::MIN_POSITIVE).ln(),
        };
        let ends = self.ticks.first().zip(self.ticks.last());
        let (from, to) = ends.map_or((0.0, 1.0), |(first, last)| (along(first.0), along(last.0)));
        start + (end - start) * ((along(value) - from) / (to - from)).clamp(0.0, 1.0)
    }
}

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 400.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 520.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 340.0;

/// Okabe and Ito's colours, which colour-blind readers can tell apart, and dashes for print.
const STROKES: [(&str, &str); 6] = [
    ("#0072b2", "none"),
    ("#d55e00", "8 3"),
    ("#009e73", "2 3"),
    ("#cc79a7", "8 3 2 3"),
    ("#e69f00", "4 4"),
    ("#000000", "1 4"),
];

fn line(svg: &mut String, from: (f64, f64), to: (f64, f64)) {
    let _ = writeln!(svg, "<path stroke=\"#ddd\" d=\"M{:.1} {:.1}L{:.1} {:.1}\"/>", from.0, from.1, to.0, to.1);
}

fn text(svg: &mut String, (x, y): (f64, f64), anchor: &str, text: &str) {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(scale: Scale, ticks: &[f64]) -> Axis {
        Axis { label: "rate", scale, ticks: ticks.iter().map(|v| (*v, v.to_string())).collect() }
    }

    #[test]
    fn values_lie_where_their_axis_puts_them() {
        let linear = axis(Scale::Linear, &[0.0, 0.5]);
        let logarithmic = axis(Scale::Logarithmic, &[1e-4, 1e-3, 1e-2]);
        let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
        assert!(near(linear.place(0.25, 0.0, 100.0), 50.0));
        assert!(near(logarithmic.place(1e-3, 0.0, 100.0), 50.0));
        assert!(near(logarithmic.place(0.0, 0.0, 100.0), 0.0));
        assert!(near(logarithmic.place(1.0, 0.0, 100.0), 100.0));
    }

    #[test]
    fn a_chart_holds_its_curves_and_escapes_its_words() {
        let curve = Curve { label: "a < b & c".into(), points: vec![(0.0, 0.0), (1.0, 1.0)] };
        let (x, y) = (axis(Scale::Linear, &[0.0, 1.0]), axis(Scale::Linear, &[0.0, 1.0]));
        let svg = Chart { title: "title".into(), x, y, curves: vec![curve] }.svg();
        assert!(svg.contains("points=\"64.0,340.0 520.0,40.0\""));
        assert!(svg.contains("a &lt; b &amp; c") && svg.ends_with("</svg>\n"));
    }
}
