//! What is said about making prototypes: the methods, the temperature, the closest pair, the bound.

use dl2pa_core::config::{HeadKind, RunConfig};
use dl2pa_core::protocol::{Comparison, Provenance, Snapshot};
use dl2pa_core::prototypes::Method;
use dl2pa_core::prototypes::codes::Code;

use super::Sentence;

pub(crate) const METHOD: &str = "Prototypes";
pub(crate) const METHOD_HINT: &str =
    "How the dots are spread over the sphere before training begins.";
pub(crate) const METHOD_LEARNED: &str = "Learned in training";
pub(crate) const METHOD_FILE: &str = "From a file";
pub(crate) const CODES: &str = "Known codes";

pub(crate) const T: &str = "Temperature t";
pub(crate) const T_HINT: &str = "t says how much the nearest dots count: at 2 all pairs push each other apart nearly alike, at 1,000 only the closest ones still do.";
pub(crate) const T_OF_THE_PAPER: &str = "2 in the paper";

pub(crate) const PAIR_HINT: &str = "The two dots that are nearest to each other: their classes are the easiest to confuse, so the wider this angle the better.";
pub(crate) const PAIR_KEY: &str = "closest pair of prototypes";
pub(crate) const PAIR_KEY_HINT: &str =
    "Mark the two dots that are nearest to each other also while training goes on (P)";

pub(crate) const COMPARE: &str = "Compare";
pub(crate) const COMPARE_T2: &str = "Compare with t = 2";
pub(crate) const COMPARE_PAPER: &str = "Compare with the paper's t = 2";
pub(crate) const COMPARE_BEST: &str = "Compare with the best";
pub(crate) const COMPARE_HINT: &str =
    "Spread the same dots a second way, from the same start, and see both side by side (C)";
pub(crate) const COMPARE_END: &str = "Back to training";
pub(crate) const COMPARE_WAIT: &str = "Being made";
pub(crate) const SPREADING: &str = "spreading";

/// "41.6°"; more digits where the angle is small.
pub(crate) fn degrees(angle_deg: f64) -> String {
    if angle_deg < 0.95 {
        format!("{angle_deg:.2}°")
    } else {
        format!("{angle_deg:.1}°")
    }
}

/// Beyond this temperature only the closest pairs push, and its digits say no more.
pub(crate) const MOST_T: f64 = 1e4;

/// "2", "8.4", "37", "1,200".
pub(crate) fn t_figure(t: f64) -> String {
    if t < 9.95 && (t - t.round()).abs() > 0.05 {
        return format!("{t:.1}");
    }
    super::grouped(t.round() as u64)
}

/// "t = 37", "t > 10,000".
pub(crate) fn t_is(t: f64) -> String {
    if t > MOST_T {
        format!("t > {}", t_figure(MOST_T))
    } else {
        format!("t = {}", t_figure(t))
    }
}

/// Name of a method as people read it.
pub(crate) fn method_name(method: Method) -> String {
    match method {
        Method::Auto => "Automatic".to_owned(),
        Method::Simplex => "Simplex".to_owned(),
        Method::CrossPolytope => "Cross-polytope".to_owned(),
        Method::Polygon => "Polygon".to_owned(),
        Method::Annealed => "Annealed".to_owned(),
        Method::Tiled => "Tiled".to_owned(),
        Method::Uniformity => "The paper's, t fixed".to_owned(),
        Method::Released => "Authors' script".to_owned(),
        Method::Random => "Drawn".to_owned(),
        Method::Hpn => "HPN".to_owned(),
        Method::Etf => "Turned simplex".to_owned(),
        Method::Code(code) => code_name(code),
    }
}

/// "Higman-Sims": the code's name with capitals.
fn code_name(code: Code) -> String {
    let parts = code.name().split('-').map(|part| {
        let mut letters = part.chars();
        match letters.next() {
            Some(first) if part != "cell" && part != "dual" => {
                first.to_uppercase().chain(letters).collect()
            }
            _ => part.to_owned(),
        }
    });
    parts.collect::<Vec<String>>().join("-")
}

/// One sentence about a method.
pub(crate) fn method_note(method: Method) -> String {
    match method {
        Method::Auto => "The best of the others for these classes.".to_owned(),
        Method::Simplex => "Every two dots equally far apart.".to_owned(),
        Method::CrossPolytope => "The two ends of each axis.".to_owned(),
        Method::Polygon => "Evenly around the ring.".to_owned(),
        Method::Annealed => "t rises until only the closest pairs push.".to_owned(),
        Method::Tiled => "Annealed in tiles, for ten thousand classes and more.".to_owned(),
        Method::Uniformity => "The paper's uniformity, at one t throughout.".to_owned(),
        Method::Released => "What the published script does, at t = 2.".to_owned(),
        Method::Random => "Thrown on the sphere and left there.".to_owned(),
        Method::Hpn => "Each dot flees its nearest, as in HPN (2019).".to_owned(),
        Method::Etf => "A simplex turned at random, as in ETF (2022).".to_owned(),
        Method::Code(code) => format!(
            "{} points in {} dimensions, found by algebra.",
            super::grouped(code.len() as u64),
            code.dim()
        ),
    }
}

/// "Annealed", "The paper's, t = 2".
pub(crate) fn made_by(provenance: &Provenance, config: &RunConfig) -> String {
    match (provenance.method, provenance.t) {
        (None, _) if config.head == HeadKind::Psc => METHOD_LEARNED.to_owned(),
        (None, _) => METHOD_FILE.to_owned(),
        (Some(Method::Uniformity), Some(t)) => format!("The paper's, {}", t_is(t)),
        (Some(method), _) => method_name(method),
    }
}

pub(crate) fn no_simplex(count: usize, dim: usize) -> String {
    format!(
        "Has {} corners in {dim} dimensions, too few for {count} classes.",
        dim + 1
    )
}

pub(crate) fn no_cross_polytope(count: usize, dim: usize) -> String {
    format!(
        "{dim} axes have {} ends, too few for {count} classes.",
        2 * dim
    )
}

pub(crate) const NO_POLYGON: &str = "A polygon lies in the plane: choose d = 2.";
pub(crate) const CODE_TOO_LARGE: &str =
    "In the terminal only: so large a code would hold up the picture.";
pub(crate) const NO_TILED: &str = "In the terminal only: --prototypes --method tiled.";

pub(crate) fn code_needs_dim(dim: usize) -> String {
    format!("Needs d = {dim} or more.")
}

pub(crate) fn code_too_few(points: usize, count: usize) -> String {
    format!("Has {points} points, too few for {count} classes.")
}

/// "d = 3 · seed 42 · both from one start".
pub(crate) fn from_one_start(config: &RunConfig) -> String {
    format!(
        "d = {} · seed {} · both from one start",
        config.dim, config.seed
    )
}

/// "no arrangement can exceed 42.1°".
pub(crate) fn limit(bound_deg: f64) -> String {
    format!("no arrangement can exceed {}", degrees(bound_deg))
}

/// "of at most 42.1°", under the figure of the closest pair.
pub(crate) fn of_at_most(bound_deg: f64) -> String {
    format!("of at most {}", degrees(bound_deg))
}

/// What is said under a sphere of a comparison about its closest pair.
pub(crate) fn how_near(angle_deg: f64, provenance: &Provenance) -> String {
    let bound_deg = provenance.bound_angle_deg;
    if provenance.proven_optimal && angle_deg > bound_deg - 0.05 {
        return "closest pair; proven to be the best possible".to_owned();
    }
    let share = 100.0 * angle_deg / bound_deg;
    let share = if share < 9.95 {
        format!("{share:.1}")
    } else {
        format!("{share:.0}")
    };
    format!(
        "closest pair, {share} % of the {} that no arrangement can exceed",
        degrees(bound_deg)
    )
}

/// Above this temperature a rising t is worth a word.
const FEW_STILL_PUSH_T: f64 = 10.0;

/// What happens while the dots move apart.
pub(crate) fn say_spreading(snapshot: &Snapshot, config: &RunConfig) -> Sentence {
    let what = match snapshot.provenance.method {
        Some(Method::Uniformity) => format!(
            "Spreading the dots the paper's way, at t = {}.",
            t_figure(config.prototype_t)
        ),
        Some(Method::Released) => {
            "Spreading the dots as the authors' script does, at t = 2.".to_owned()
        }
        Some(Method::Simplex) => "Spreading the dots to the corners of a simplex.".to_owned(),
        Some(Method::CrossPolytope) => "Spreading the dots to the ends of the axes.".to_owned(),
        Some(Method::Polygon) => "Spreading the dots evenly around the ring.".to_owned(),
        Some(Method::Code(code)) => format!("Spreading the dots to points of {}.", code_name(code)),
        _ => "Spreading the dots.".to_owned(),
    };
    let meanwhile = match snapshot.spread_t {
        Some(t) if snapshot.provenance.t.is_none() && t > FEW_STILL_PUSH_T => {
            "As t rises, only the closest still push each other.".to_owned()
        }
        _ => format!(
            "Each of the {} dots is a spot for one class.",
            config.classes
        ),
    };
    let rest = format!(
        "{meanwhile} The closest two are {} apart; {}.",
        degrees(snapshot.min_angle_deg),
        limit(snapshot.provenance.bound_angle_deg)
    );
    (what, rest)
}

/// What two spheres side by side show.
pub(crate) fn say_comparing(snapshot: &Snapshot, comparison: Option<&Comparison>) -> Sentence {
    let title = "Two ways to spread.".to_owned();
    let Some(comparison) = comparison else {
        return (title, "The second one is being made.".to_owned());
    };
    let rest = format!(
        "The closest dots end {} apart on the left, {} on the right. Dots that nearly touch are easily confused.",
        degrees(snapshot.min_angle_deg),
        degrees(comparison.min_angle_deg),
    );
    (title, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_short_and_small_angles_keep_their_digits() {
        assert_eq!(t_figure(2.0), "2");
        assert_eq!(t_figure(8.43), "8.4");
        assert_eq!(t_figure(36.7), "37");
        assert_eq!(t_figure(1234.0), "1,234");
        assert_eq!(t_is(8.0), "t = 8");
        assert_eq!(t_is(8e6), "t > 10,000");
        assert_eq!(degrees(41.63), "41.6°");
        assert_eq!(degrees(0.123), "0.12°");
    }

    #[test]
    fn codes_have_capitals() {
        assert_eq!(code_name(Code::HigmanSims), "Higman-Sims");
        assert_eq!(code_name(Code::Cell24), "24-cell");
        assert_eq!(code_name(Code::E8), "E8");
    }

    #[test]
    fn only_the_best_possible_is_called_so() {
        let made = |proven_optimal| Provenance {
            method: Some(Method::Polygon),
            t: None,
            bound_angle_deg: 72.0,
            proven_optimal,
        };
        assert!(how_near(72.0, &made(true)).contains("proven"));
        assert!(how_near(36.0, &made(false)).contains("50 % of the 72.0°"));
    }
}
