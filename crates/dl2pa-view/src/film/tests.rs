//! The film of a small run: what its file says, and whether its pictures are those of the stage.

use std::sync::Arc;

use dl2pa_core::config::RunConfig;
use dl2pa_core::protocol::{
    Event, History, Phase, Provenance, Relabelling, RunId, RunInfo, SampleCloud, Snapshot,
};
use egui::{Context, FullOutput, Theme, Vec2};
use egui_kittest::TestRenderer as _;
use egui_kittest::wgpu::WgpuTestRenderer;
use gif::{ColorOutput, DecodeOptions, Repeat};
use image::RgbaImage;

use super::*;
use crate::playground::HostStatus;

const RUN: RunId = RunId(1);
const CLASSES: usize = 12;
const STEPS_AN_EPOCH: u64 = 10;
const POINTS: Vec2 = Vec2::new(SIZE[0] as f32, SIZE[1] as f32);

/// Points along a spiral on the sphere; each wanders off by `away`.
fn points(count: usize, away: f32) -> Vec<f32> {
    let point = |i: usize| {
        let z = 1.0 - 2.0 * (i as f32 + 0.5) / count as f32;
        let turn = i as f32 * 2.4 + away * (i as f32 * 1.7).sin();
        let across = (1.0 - z * z).sqrt();
        [across * turn.cos(), across * turn.sin(), z]
    };
    (0..count).flat_map(point).collect()
}

/// After matching number 2 the labels of the first six classes have changed places in pairs.
fn assignment(matchings: usize) -> Arc<[u32]> {
    let mut order: Vec<u32> = (0..CLASSES as u32).collect();
    if matchings >= 2 {
        (0..6)
            .step_by(2)
            .for_each(|pair| order.swap(pair, pair + 1));
    }
    order.into()
}

fn snapshot(step: u64) -> Snapshot {
    let matchings = (step / STEPS_AN_EPOCH) as usize;
    let away = 1.0 / (1.0 + 0.02 * step as f32);
    Snapshot {
        run: RUN,
        seq: step + 1,
        phase: Phase::Training,
        paused: false,
        step,
        epoch: step as f64 / STEPS_AN_EPOCH as f64,
        lr: 0.1,
        loss: Some(1.0),
        train_accuracy: None,
        test_accuracy: Some(1.0 - f64::from(away)),
        dim: 3,
        prototypes: points(CLASSES, 0.0).into(),
        class_means: Some(points(CLASSES, away).into()),
        assignment: assignment(matchings),
        samples: Some(Arc::new(SampleCloud {
            embeddings: points(10 * CLASSES, away),
            labels: (0..10 * CLASSES as u32).map(|i| i / 10).collect(),
            out_of: 1000,
        })),
        min_angle_deg: 50.0,
        provenance: Provenance {
            method: None,
            t: None,
            bound_angle_deg: 63.0,
            proven_optimal: false,
        },
        spread_t: None,
        labels_moved: (1..=matchings)
            .map(|epoch| if epoch == 2 { 6 } else { 0 })
            .collect(),
        history: Arc::new(History::default()),
        steps_per_sec: 1.0,
        state_hash: None,
    }
}

/// A playground whose run has shown the moments after so many steps.
fn playground(ctx: &Context, steps: impl Iterator<Item = u64>) -> Playground {
    let config = RunConfig {
        classes: CLASSES,
        ..RunConfig::playground()
    };
    let mut parts = Playground::new(ctx, config.clone());
    let info = RunInfo {
        dataset: "grid".into(),
        class_names: (0..CLASSES).map(|class| format!("K{class}")).collect(),
        class_groups: None,
        train_samples: 1200,
        epoch_samples: 1200,
        train_counts: vec![100; CLASSES],
        test_samples: 300,
        parameters: 900,
        steps_per_epoch: STEPS_AN_EPOCH as usize,
        input_plane: None,
        device: "CPU".into(),
    };
    let started = Event::Started {
        run: RUN,
        config: Arc::new(config),
        info: Arc::new(info),
    };
    parts.on_event(0, &started, 0.0);
    for step in steps {
        let shown = Arc::new(snapshot(step));
        parts.lead.see(Some(&shown));
        parts.lead.look_at(None);
        if step == 2 * STEPS_AN_EPOCH {
            let relabelling = Relabelling {
                epoch: 2,
                step,
                before: assignment(1),
                after: assignment(2),
                moved: (0..6).collect(),
                score_before: 1.0,
                score_after: 2.0,
                passings: Vec::new(),
                certificate_gap: None,
                turned: false,
                dealt: false,
                class_means: None,
                prototypes: [].into(),
            };
            let relabelled = Event::Relabelled {
                run: RUN,
                relabelling: Arc::new(relabelling),
            };
            parts.on_event(0, &relabelled, 0.0);
        }
    }
    parts
}

fn film_of(parts: &Playground, look: Theme) -> Keepsake {
    let mut film = Filming::new(parts, look).expect("a run with moments");
    while film.go_on().expect("memory can be written to") == Made::Part {}
    film.end().expect("memory can be written to")
}

struct Shot {
    delay: u16,
    /// Whole, as it is seen.
    seen: RgbaImage,
}

/// The pictures of a GIF, and how often it is shown.
fn read(bytes: &[u8]) -> (Vec<Shot>, Repeat) {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::RGBA);
    let mut decoder = options.read_info(bytes).expect("a GIF");
    assert_eq!([decoder.width(), decoder.height()], SIZE);
    let mut seen = RgbaImage::new(u32::from(SIZE[0]), u32::from(SIZE[1]));
    let mut shots = Vec::new();
    while let Some(frame) = decoder.read_next_frame().expect("whole pictures") {
        assert!(frame.palette.is_none(), "one table of colours for all");
        let width = usize::from(frame.width);
        for (place, rgba) in frame.buffer.chunks_exact(4).enumerate() {
            if rgba[3] > 0 {
                let x = u32::from(frame.left) + (place % width) as u32;
                let y = u32::from(frame.top) + (place / width) as u32;
                seen.put_pixel(x, y, image::Rgba([rgba[0], rgba[1], rgba[2], 255]));
            }
        }
        shots.push(Shot {
            delay: frame.delay,
            seen: seen.clone(),
        });
    }
    (shots, decoder.repeat())
}

/// What the GPU draws of it, on the ground that a picture has.
fn drawn_by_gpu(apart: &Context, mut output: FullOutput, ground: Color32) -> RgbaImage {
    let mut gpu = WgpuTestRenderer::new();
    gpu.handle_delta(&mut output.textures_delta);
    let mut drawn = gpu.render(apart, &output).expect("it draws");
    for pixel in drawn.pixels_mut() {
        let left = 255 - u32::from(pixel.0[3]);
        for (above, below) in pixel.0.iter_mut().zip(ground.to_array()) {
            *above = (u32::from(*above) + (u32::from(below) * left + 127) / 255).min(255) as u8;
        }
    }
    drawn
}

/// The share of pixels that are off by more than `most` in a channel, and the mean of how much all are.
fn off(a: &RgbaImage, b: &RgbaImage, most: u8) -> (f64, f64) {
    assert_eq!(a.dimensions(), b.dimensions());
    let (mut far, mut sum) = (0.0, 0.0);
    for (a, b) in a.pixels().zip(b.pixels()) {
        let channels = a.0.iter().zip(b.0).take(3).map(|(&a, b)| a.abs_diff(b));
        let worst = channels.max().unwrap_or_default();
        far += f64::from(u8::from(worst > most));
        sum += f64::from(worst);
    }
    let count = f64::from(a.width() * a.height());
    (far / count, sum / count)
}

/// The stage as the PNG shows it, when the run stands at `epoch`.
fn stage_at(parts: &mut Playground, epoch: f64, look: Theme) -> RgbaImage {
    parts.lead.look_at(Some(epoch));
    let host = HostStatus::default();
    let at = |now_secs: f64| FrameInput {
        snapshots: &[],
        host: &host,
        now_secs,
        clock: || 0.0,
    };
    parts.lead.stage = crate::stage::Stage::new();
    // Labels land first.
    let (_, mut landing) = parts.still(look, POINTS, 1.0, &at(0.0));
    landing.textures_delta.clear();
    let (apart, output) = parts.still(look, POINTS, 1.0, &at(9.0));
    drawn_by_gpu(&apart, output, Tokens::of(look).surface)
}

#[test]
fn the_file_plays_for_ever_at_twenty_pictures_a_second_and_holds_its_last() {
    let parts = playground(&Context::default(), (0..60).step_by(2));
    let file = film_of(&parts, Theme::Dark);
    assert!(file.name.ends_with(".gif"), "{}", file.name);
    assert_eq!(file.media_type, "image/gif");
    let (shots, repeat) = read(&file.bytes);
    assert_eq!((shots.len(), repeat), (PICTURES, Repeat::Infinite));
    let (last, others) = shots.split_last().expect("pictures");
    assert!(others.iter().all(|shot| shot.delay == 5));
    assert_eq!(last.delay, 100);
    assert!(file.bytes.len() < 3_000_000, "{} bytes", file.bytes.len());
    if let Some(folder) = std::env::var_os("DL2PA_KEEP_FILM") {
        let folder = std::path::Path::new(&folder);
        std::fs::write(folder.join(&file.name), &file.bytes).expect("a folder");
        for (place, shot) in shots.iter().enumerate() {
            let name = format!("film-{place:03}.png");
            shot.seen.save(folder.join(name)).expect("a folder");
        }
    }
}

#[test]
fn the_first_and_the_last_picture_are_the_stage_at_these_moments() {
    for look in [Theme::Dark, Theme::Light] {
        let mut parts = playground(&Context::default(), (0..60).step_by(2));
        let (shots, _) = read(&film_of(&parts, look).bytes);
        let [first, last] = [&shots[0].seen, &shots[PICTURES - 1].seen];
        for (shot, epoch) in [(first, 0.0), (last, 5.8)] {
            let stage = stage_at(&mut parts, epoch, look);
            let (far, mean) = off(shot, &stage, 24);
            assert!(far < 2e-3 && mean < 1.5, "{look:?} {epoch}: {far} {mean}");
        }
        // They differ on the sphere, where samples have moved, and not at the edges of the picture.
        let (moved, _) = off(first, last, 24);
        assert!(moved > 0.01, "{moved}");
        for x in 0..u32::from(SIZE[0]) {
            assert_eq!(first.get_pixel(x, 2), last.get_pixel(x, 2));
        }
    }
}

#[test]
fn labels_are_seen_on_their_way_while_the_run_goes_on() {
    let parts = playground(&Context::default(), 0..60);
    let film = Filming::new(&parts, Theme::Dark).expect("a run with moments");
    let [scene] = film.studio.plan().scenes[..] else {
        panic!("{:?}", film.studio.plan());
    };
    let (shots, _) = read(&film_of(&parts, Theme::Dark).bytes);
    let pictures = scene.length_secs / PICTURE_SECS;
    // Travelling takes the third quarter of its time.
    let during = scene.picture + (0.67 * pictures) as usize;
    let seen = |place: usize| &shots[place].seen;
    let (before, after) = (scene.picture - 1, scene.picture + pictures as usize + 1);
    let (from_before, _) = off(seen(before), seen(during), 40);
    let (from_after, _) = off(seen(after), seen(during), 40);
    assert!(
        from_before > 5e-3 && from_after > 5e-3,
        "{from_before} {from_after}"
    );
    let epochs = &film.studio.plan().epochs;
    assert!(epochs[during] > epochs[scene.picture] && epochs[after] > epochs[during]);
}

#[test]
fn two_moments_make_a_film_one_makes_none_and_ten_thousand_make_one_of_the_same_length() {
    let ctx = Context::default();
    assert!(Filming::new(&playground(&ctx, 0..0), Theme::Dark).is_none());
    assert!(Filming::new(&playground(&ctx, 7..8), Theme::Dark).is_none());
    let (shots, _) = read(&film_of(&playground(&ctx, [0, 30].into_iter()), Theme::Dark).bytes);
    assert_eq!(shots.len(), PICTURES);
    assert_ne!(shots[0].seen, shots[PICTURES - 1].seen);
    let many = playground(&ctx, 0..10_000);
    let film = Filming::new(&many, Theme::Dark).expect("a run with moments");
    let plan = film.studio.plan();
    let span = (plan.epochs[0], plan.epochs[PICTURES - 1]);
    assert_eq!(Some(span), many.lead.recording.span());
    assert!((span.1 - 999.9).abs() < 1e-9);
}

#[test]
fn triangles_are_filled_as_the_gpu_fills_them() {
    for look in [Theme::Dark, Theme::Light] {
        let ground = Tokens::of(look).surface;
        let mut parts = playground(&Context::default(), 0..60);
        let host = HostStatus::default();
        let input = FrameInput {
            snapshots: &[],
            host: &host,
            now_secs: 3.0,
            clock: || 0.0,
        };
        let mut canvas = Canvas::new(SIZE.map(usize::from), ground);
        let (apart, output) = parts.still(look, POINTS, 1.0, &input);
        let mut textures = raster::Textures::default();
        textures.take(output.textures_delta.clone());
        let triangles = apart.tessellate(output.shapes.clone(), 1.0);
        // In two bands, which meet in the sphere.
        for rows in [0..211, 211..480] {
            canvas.draw(&triangles, &textures, &rows);
        }
        let bytes = canvas.pixels().concat();
        let [width, height] = SIZE.map(u32::from);
        let ours = RgbaImage::from_raw(width, height, bytes).expect("as many bytes");
        let (far, mean) = off(&ours, &drawn_by_gpu(&apart, output, ground), 3);
        assert!(far < 1e-3 && mean < 0.5, "{look:?}: {far} {mean}");
    }
}
