//! Who may use whom: the arrows of ARCHITECTURE.md, read from what cargo says about the workspace.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// Everything that a crate of ours may use of ours, besides what only its tests use.
const ARROWS: [(&str, &[&str]); 8] = [
    (
        "dl2pa-app",
        &[
            "dl2pa-view",
            "dl2pa-runtime",
            "dl2pa-models",
            "dl2pa-data",
            "dl2pa-core",
        ],
    ),
    ("dl2pa-view", &["dl2pa-core"]),
    ("dl2pa-models", &["dl2pa-core", "dl2pa-kernels"]),
    ("dl2pa-kernels", &[]),
    ("dl2pa-core", &["dl2pa-data", "dl2pa-kernels"]),
    ("dl2pa-data", &[]),
    // Made-up files, for tests and benchmarks only.
    ("dl2pa-fixtures", &[]),
    ("dl2pa-runtime", &[]),
];

/// Features of burn that bring no backend: what the method needs whatever computes it.
const BACKEND_FREE: [&str; 6] = ["std", "optim", "autodiff", "store", "dataset", "vision"];

fn metadata() -> Value {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON")
}

/// One dependency as a manifest declares it.
#[derive(Debug)]
struct Dependency {
    name: String,
    for_tests: bool,
    features: Vec<String>,
    default_features: bool,
}

/// The declared dependencies of each package of the workspace.
fn manifests() -> BTreeMap<String, Vec<Dependency>> {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("packages");
    let text = |value: &Value| value.as_str().expect("a string").to_owned();
    packages
        .iter()
        .map(|package| {
            let dependencies = package["dependencies"]
                .as_array()
                .expect("dependencies")
                .iter();
            let declared = dependencies.map(|dependency| Dependency {
                name: text(&dependency["name"]),
                for_tests: dependency["kind"] == "dev",
                features: dependency["features"]
                    .as_array()
                    .expect("features")
                    .iter()
                    .map(text)
                    .collect(),
                default_features: dependency["uses_default_features"] == true,
            });
            (text(&package["name"]), declared.collect())
        })
        .collect()
}

fn of<'a>(manifests: &'a BTreeMap<String, Vec<Dependency>>, package: &str) -> &'a [Dependency] {
    manifests
        .get(package)
        .unwrap_or_else(|| panic!("the workspace has no package {package}"))
}

#[test]
fn our_crates_use_each_other_only_along_the_arrows() {
    let manifests = manifests();
    for (package, allowed) in ARROWS {
        for dependency in of(&manifests, package)
            .iter()
            .filter(|dependency| !dependency.for_tests)
        {
            let ours = dependency.name.starts_with("dl2pa-");
            assert!(
                !ours || allowed.contains(&dependency.name.as_str()),
                "{package} uses {}, and no arrow goes there",
                dependency.name
            );
        }
    }
}

#[test]
fn every_crate_of_ours_has_its_arrows() {
    let known: BTreeSet<&str> = ARROWS
        .iter()
        .map(|(package, _)| *package)
        .chain(["dl2pa-tests", "xtask"])
        .collect();
    let manifests = manifests();
    let present: BTreeSet<&str> = manifests.keys().map(String::as_str).collect();
    assert_eq!(
        known, present,
        "a package came or went: say in ARROWS what it may use"
    );
}

#[test]
fn tests_of_a_crate_reach_no_further_up_than_the_crate_may() {
    // A dev-dependency upwards would let a lower crate's tests lean on what is above it.
    let manifests = manifests();
    for package in ["dl2pa-data", "dl2pa-runtime", "dl2pa-core", "dl2pa-view"] {
        for dependency in of(&manifests, package) {
            assert!(
                dependency.name != "dl2pa-app"
                    && (package != "dl2pa-data"
                        || dependency.name == "dl2pa-fixtures"
                        || !dependency.name.starts_with("dl2pa-")),
                "the tests of {package} use {}",
                dependency.name
            );
        }
    }
}

#[test]
fn core_models_and_data_know_no_screen_and_no_backend() {
    let manifests = manifests();
    for package in ["dl2pa-core", "dl2pa-models", "dl2pa-data"] {
        for dependency in of(&manifests, package)
            .iter()
            .filter(|dependency| !dependency.for_tests)
        {
            let name = dependency.name.as_str();
            let of_the_screen =
                ["eframe", "wgpu", "winit", "rfd"].contains(&name) || name.starts_with("egui");
            assert!(
                !of_the_screen,
                "{package} uses {name}: what is seen belongs to dl2pa-view and dl2pa-app"
            );
            let a_backend = [
                "burn-wgpu",
                "burn-flex",
                "burn-cuda",
                "burn-ndarray",
                "burn-tch",
                "burn-cubecl",
                "burn-candle",
            ];
            assert!(
                !a_backend.contains(&name),
                "{package} uses {name}: backends belong to dl2pa-runtime"
            );
            if name == "burn" {
                assert!(
                    !dependency.default_features,
                    "{package} turns on burn's default features"
                );
                for feature in &dependency.features {
                    assert!(
                        BACKEND_FREE.contains(&feature.as_str()),
                        "{package} turns on burn's feature {feature}: backends belong to dl2pa-runtime"
                    );
                }
            }
        }
    }
}

#[test]
fn the_view_calls_no_burn() {
    let manifests = manifests();
    for dependency in of(&manifests, "dl2pa-view") {
        assert!(
            !dependency.name.starts_with("burn"),
            "dl2pa-view uses {}",
            dependency.name
        );
    }
}

#[test]
fn there_is_one_wgpu_one_egui_and_one_burn() {
    // Two versions of wgpu could not share a device; two of egui or burn would not even know each other's types.
    let lock = std::fs::read_to_string("../Cargo.lock").expect("Cargo.lock is there");
    for package in ["wgpu", "egui", "burn"] {
        let name = format!("name = \"{package}\"");
        let versions: Vec<&str> = lock
            .lines()
            .zip(lock.lines().skip(1))
            .filter(|(line, _)| **line == *name)
            .map(|(_, version)| version)
            .collect();
        assert_eq!(
            versions.len(),
            1,
            "Cargo.lock holds {package} in {versions:?}"
        );
    }
}
