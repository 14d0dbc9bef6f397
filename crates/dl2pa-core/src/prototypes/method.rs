//! The ways of making prototypes, by name.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::codes::Code;

/// How prototypes are made. The names are those of `--method` and of the configuration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Method {
    /// The best of the others for the number and the dimension.
    #[default]
    Auto,
    /// The regular simplex, for at most d + 1.
    Simplex,
    /// Vertices of the cross-polytope, for at most 2 d.
    CrossPolytope,
    /// The regular polygon, in the plane.
    Polygon,
    /// A log-sum-exp of the cosines at a falling temperature, polished pair by pair.
    Annealed,
    /// The same for many thousands, a tile of pairs at a time, in `f32` on a device.
    Tiled,
    /// The paper's uniformity (eq. 4-5) at one temperature.
    Uniformity,
    /// What the authors' script does.
    Released,
    /// Drawn evenly from the sphere and left there.
    Random,
    /// As hyperspherical prototype networks make them (Mettes et al. 2019).
    Hpn,
    /// The simplex turned at random (the equiangular tight frame of Yang et al. 2022), for at most d + 1.
    Etf,
    /// Points of a known code, by its name.
    Code(Code),
}

impl Method {
    /// The methods that are no codes, in the order of menus and of `--help`.
    pub const GENERAL: &'static [Self] = &[
        Self::Auto,
        Self::Simplex,
        Self::CrossPolytope,
        Self::Polygon,
        Self::Annealed,
        Self::Tiled,
        Self::Uniformity,
        Self::Released,
        Self::Random,
        Self::Hpn,
        Self::Etf,
    ];

    /// The name that files and flags use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Simplex => "simplex",
            Self::CrossPolytope => "cross-polytope",
            Self::Polygon => "polygon",
            Self::Annealed => "annealed",
            Self::Tiled => "tiled",
            Self::Uniformity => "uniformity",
            Self::Released => "released",
            Self::Random => "random",
            Self::Hpn => "hpn",
            Self::Etf => "etf",
            Self::Code(code) => code.name(),
        }
    }

    /// Every name, the codes' last.
    pub fn names() -> impl Iterator<Item = &'static str> {
        let codes = Code::ALL.iter().map(|code| code.name());
        Self::GENERAL
            .iter()
            .map(|method| method.name())
            .chain(codes)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// No method has this name.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("there is no method `{name}` of making prototypes; the methods are {}", Method::names().collect::<Vec<_>>().join(", "))]
pub struct UnknownMethod {
    /// What was asked for.
    pub name: String,
}

impl FromStr for Method {
    type Err = UnknownMethod;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let codes = Code::ALL.iter().map(|&code| Self::Code(code));
        Self::GENERAL
            .iter()
            .copied()
            .chain(codes)
            .find(|method| method.name() == name)
            .ok_or_else(|| UnknownMethod {
                name: name.to_owned(),
            })
    }
}

impl TryFrom<String> for Method {
    type Error = UnknownMethod;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        name.parse()
    }
}

impl From<Method> for String {
    fn from(method: Method) -> Self {
        method.name().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_back_to_its_method() {
        for name in Method::names() {
            assert_eq!(name.parse::<Method>().unwrap().name(), name);
        }
        let error = "golden-spiral".parse::<Method>().unwrap_err().to_string();
        assert!(error.contains("higman-sims"), "{error}");
    }
}
