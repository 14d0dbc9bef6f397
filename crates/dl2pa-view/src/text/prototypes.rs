//! What is said about making prototypes: the methods, the temperature, the closest pair, the bound.

use dl2pa_core::config::{HeadKind, RunConfig};
use dl2pa_core::protocol::{Comparison, Provenance, Snapshot};
use dl2pa_core::prototypes::Method;
use dl2pa_core::prototypes::codes::Code;

use super::Sentence;
use super::number::{fixed, grouped};
use super::words::prototypes as say;

pub(crate) use super::words::prototypes::*;

/// "41.6°"; more digits where the angle is small.
pub(crate) fn degrees(angle_deg: f64) -> String {
    if angle_deg < 0.95 {
        format!("{}°", fixed(angle_deg, 2))
    } else {
        format!("{}°", fixed(angle_deg, 1))
    }
}

/// Beyond this temperature only the closest pairs push, and its digits say no more.
pub(crate) const MOST_T: f64 = 1e4;

/// "2", "8.4", "37", "1,200".
pub(crate) fn t_figure(t: f64) -> String {
    if t < 9.95 && (t - t.round()).abs() > 0.05 {
        return fixed(t, 1);
    }
    grouped(t.round() as u64)
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
    let name = match method {
        Method::Auto => say::auto(),
        Method::Simplex => say::simplex(),
        Method::CrossPolytope => say::cross_polytope(),
        Method::Polygon => say::polygon(),
        Method::Annealed => say::annealed(),
        Method::Tiled => say::tiled(),
        Method::Uniformity => say::uniformity(),
        Method::Released => say::released(),
        Method::Random => say::random(),
        Method::Hpn => say::hpn(),
        Method::Etf => say::etf(),
        Method::Code(code) => return code_name(code),
    };
    name.to_owned()
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
    let note = match method {
        Method::Auto => say::auto_note(),
        Method::Simplex => say::simplex_note(),
        Method::CrossPolytope => say::cross_polytope_note(),
        Method::Polygon => say::polygon_note(),
        Method::Annealed => say::annealed_note(),
        Method::Tiled => say::tiled_note(),
        Method::Uniformity => say::uniformity_note(),
        Method::Released => say::released_note(),
        Method::Random => say::random_note(),
        Method::Hpn => say::hpn_note(),
        Method::Etf => say::etf_note(),
        Method::Code(code) => return say::code_note(grouped(code.len() as u64), code.dim()),
    };
    note.to_owned()
}

/// "Annealed", "The paper's, t = 2".
pub(crate) fn made_by(provenance: &Provenance, config: &RunConfig) -> String {
    match (provenance.method, provenance.t) {
        (None, _) if config.head == HeadKind::Psc => say::method_learned().to_owned(),
        (None, _) => say::method_file().to_owned(),
        (Some(Method::Uniformity), Some(t)) => say::papers_at(t_is(t)),
        (Some(method), _) => method_name(method),
    }
}

pub(crate) fn no_simplex(count: usize, dim: usize) -> String {
    say::simplex_too_small(dim + 1, dim, count)
}

pub(crate) fn no_cross_polytope(count: usize, dim: usize) -> String {
    say::axes_too_few(dim, 2 * dim, count)
}

pub(crate) fn code_needs_dim(dim: usize) -> String {
    say::code_needs(dim)
}

pub(crate) fn code_too_few(points: usize, count: usize) -> String {
    say::code_too_small(points, count)
}

/// "d = 3 · seed 42 · both from one start".
pub(crate) fn from_one_start(config: &RunConfig) -> String {
    say::one_start(config.dim, config.seed.to_string())
}

/// "no arrangement can exceed 42.1°".
pub(crate) fn limit(bound_deg: f64) -> String {
    say::no_more_than(degrees(bound_deg))
}

/// "of at most 42.1°", under the figure of the closest pair.
pub(crate) fn of_at_most(bound_deg: f64) -> String {
    say::at_most(degrees(bound_deg))
}

/// What is said under a sphere of a comparison about its closest pair.
pub(crate) fn how_near(angle_deg: f64, provenance: &Provenance) -> String {
    let bound_deg = provenance.bound_angle_deg;
    if provenance.proven_optimal && angle_deg > bound_deg - 0.05 {
        return say::best_possible().to_owned();
    }
    let share = 100.0 * angle_deg / bound_deg;
    let share = fixed(share, usize::from(share < 9.95));
    say::share_of_bound(share, degrees(bound_deg))
}

/// Above this temperature a rising t is worth a word.
const FEW_STILL_PUSH_T: f64 = 10.0;

/// What happens while the dots move apart.
pub(crate) fn say_spreading(snapshot: &Snapshot, config: &RunConfig) -> Sentence {
    let what = match snapshot.provenance.method {
        Some(Method::Uniformity) => say::spread_papers(t_figure(config.prototype_t)),
        Some(Method::Code(code)) => say::spread_code(code_name(code)),
        Some(Method::Released) => say::spread_released().to_owned(),
        Some(Method::Simplex) => say::spread_simplex().to_owned(),
        Some(Method::CrossPolytope) => say::spread_axes().to_owned(),
        Some(Method::Polygon) => say::spread_polygon().to_owned(),
        _ => say::spread().to_owned(),
    };
    let meanwhile = match snapshot.spread_t {
        Some(t) if snapshot.provenance.t.is_none() && t > FEW_STILL_PUSH_T => {
            say::few_push().to_owned()
        }
        _ => say::a_spot_each(config.classes),
    };
    let closest = say::closest_two(
        degrees(snapshot.min_angle_deg),
        limit(snapshot.provenance.bound_angle_deg),
    );
    (what, format!("{meanwhile} {closest}"))
}

/// What two spheres side by side show.
pub(crate) fn say_comparing(snapshot: &Snapshot, comparison: Option<&Comparison>) -> Sentence {
    let rest = match comparison {
        None => say::second_coming().to_owned(),
        Some(comparison) => say::left_and_right(
            degrees(snapshot.min_angle_deg),
            degrees(comparison.min_angle_deg),
        ),
    };
    (say::two_ways().to_owned(), rest)
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
