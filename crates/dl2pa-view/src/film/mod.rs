//! A film of the run: the stage from the first recorded moment to the last, as a GIF that begins again for ever.
//!
//! It is made a little at a time between the frames of the screen, in a window and on a page in the same way: egui's
//! triangles are filled in memory ([`raster`]), because a page drawn by WebGL hands out no pixels, an SVG takes the
//! browser longer than a frame, and one way is tested once.

mod card;
mod colours;
mod plan;
mod raster;
mod reel;
mod studio;
#[cfg(test)]
mod tests;

use dl2pa_core::config::RunConfig;
use egui::epaint::ClippedPrimitive;
use egui::{Color32, Context, Key, Vec2};
use gif::EncodingError;

use crate::export;
use crate::host::{HostRequest, Keepsake};
use crate::playground::{FrameInput, Playground};
use crate::text::{film as words, sharing};
use crate::theme::Tokens;
use colours::Census;
use plan::{PICTURE_SECS, PICTURES};
use raster::Canvas;
use reel::Reel;
use studio::Studio;

pub(crate) use card::draw as card;

/// Width and height in pixels, and in points.
const SIZE: [u16; 2] = [640, 480];
/// The last picture is seen for so long, in seconds.
const LAST_SECS: f64 = 1.0;
/// Pictures that the colours are chosen from, besides those of relabellings.
const LOOKED_AT: usize = 7;
/// Relabellings that the colours are chosen from: those that move most labels.
const SCENES_LOOKED_AT: usize = 3;
/// Time for the film in each frame of a page, whose only thread draws and trains as well, in seconds.
const PAGE_SECS: f64 = 0.006;
/// The same in a window, whose runs have threads of their own.
const WINDOW_SECS: f64 = 0.025;
/// Most pictures in one frame of the screen, however quick they are: what is being done has to be seen.
const MOST_A_FRAME: usize = 4;
/// A picture is filled with colour in so many bands, each as short a piece of work as others.
const BANDS: usize = 3;
/// What is done for one picture: it is drawn, filled with colour, and packed.
const PIECES: usize = 2 + BANDS;

/// How far a picture has come.
#[derive(Debug)]
enum Picture {
    Awaited,
    /// So many bands of it have their colours.
    Drawn(Vec<ClippedPrimitive>, usize),
    Painted,
}

/// What pictures are taken for.
#[derive(Debug)]
enum Take {
    /// To choose the colours: how often each was there, and which pictures are still to be looked at, the next one last.
    Colours { census: Census, ahead: Vec<usize> },
    /// For the film: how many there are already.
    Film { reel: Box<Reel>, done: usize },
}

/// A film that is being made.
#[derive(Debug)]
pub(crate) struct Filming {
    studio: Studio,
    canvas: Canvas,
    ground: Color32,
    picture: Picture,
    take: Take,
    config: RunConfig,
    epoch: f64,
}

/// Whether there is more to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Made {
    Part,
    All,
}

impl Filming {
    /// Begins a film of what `live` has shown so far. `None` when that is less than two moments.
    fn new(live: &Playground, look: egui::Theme) -> Option<Self> {
        let [width, height] = SIZE.map(f32::from);
        let studio = Studio::new(live, look, Vec2::new(width, height))?;
        let ground = Tokens::of(look).surface;
        let plan = studio.plan();
        let mut ahead: Vec<usize> = (0..LOOKED_AT)
            .map(|place| place * (PICTURES - 1) / (LOOKED_AT - 1))
            .collect();
        let mut scenes = plan.scenes.clone();
        scenes.sort_by(|a, b| b.length_secs.total_cmp(&a.length_secs));
        // In the middle of a scene its labels are on their way.
        ahead.extend(scenes.iter().take(SCENES_LOOKED_AT).map(|scene| {
            let half = (0.5 * scene.length_secs / PICTURE_SECS) as usize;
            (scene.picture + half).min(PICTURES - 1)
        }));
        ahead.sort_unstable_by(|a, b| b.cmp(a));
        ahead.dedup();
        let epoch = plan.epochs.last().copied().unwrap_or_default();
        Some(Self {
            canvas: Canvas::new(SIZE.map(usize::from), ground),
            ground,
            picture: Picture::Awaited,
            take: Take::Colours {
                census: Census::default(),
                ahead,
            },
            config: live.lead.run.config.as_ref().clone(),
            epoch,
            studio,
        })
    }

    /// Pictures that are ready, and how many there will be.
    pub(crate) fn progress(&self) -> (usize, usize) {
        match self.take {
            Take::Colours { .. } => (0, PICTURES),
            Take::Film { done, .. } => (done, PICTURES),
        }
    }

    /// Does the next piece of work.
    fn go_on(&mut self) -> Result<Made, EncodingError> {
        match std::mem::replace(&mut self.picture, Picture::Awaited) {
            Picture::Awaited => {
                let next = match &self.take {
                    Take::Colours { census, ahead } => match ahead.last() {
                        Some(&next) => next,
                        None => {
                            let reel = Box::new(Reel::new(SIZE, census.table())?);
                            self.take = Take::Film { reel, done: 0 };
                            self.studio.rewind();
                            return Ok(Made::Part);
                        }
                    },
                    Take::Film { done, .. } => *done,
                };
                self.picture = Picture::Drawn(self.studio.draw(next), 0);
                self.canvas.clear(self.ground);
            }
            Picture::Drawn(primitives, band) => {
                let height = usize::from(SIZE[1]);
                let rows = height * band / BANDS..height * (band + 1) / BANDS;
                self.canvas.draw(&primitives, self.studio.textures(), &rows);
                self.picture = match band + 1 {
                    BANDS => Picture::Painted,
                    next => Picture::Drawn(primitives, next),
                };
            }
            Picture::Painted => match &mut self.take {
                Take::Colours { census, ahead } => {
                    census.count(self.canvas.pixels());
                    ahead.pop();
                }
                Take::Film { reel, done } => {
                    *done += 1;
                    let is_last = *done == PICTURES;
                    let secs = if is_last { LAST_SECS } else { PICTURE_SECS };
                    reel.add(&self.canvas, (secs * 100.0).round() as u16)?;
                    if is_last {
                        return Ok(Made::All);
                    }
                }
            },
        }
        Ok(Made::Part)
    }

    /// The pictures that there are, as a file.
    fn end(self) -> Result<Keepsake, EncodingError> {
        let bytes = match self.take {
            Take::Film { reel, .. } => reel.end()?,
            Take::Colours { census, .. } => Reel::new(SIZE, census.table())?.end()?,
        };
        Ok(export::keepsake(
            &self.config,
            self.epoch,
            "gif",
            "image/gif",
            bytes,
        ))
    }
}

impl Playground {
    /// Begins a film of what has been shown so far, unless there is nothing to be filmed or one is being made.
    pub(crate) fn begin_film(&mut self, ctx: &Context) {
        if self.film.is_some() {
            return;
        }
        match Filming::new(self, ctx.theme()) {
            Some(film) => {
                self.film = Some(Box::new(film));
                ctx.request_repaint();
            }
            None => self.say(words::too_short().to_owned()),
        }
    }

    /// Gives up the film that is being made.
    pub(crate) fn end_film(&mut self) {
        if self.film.take().is_some() {
            self.say(words::given_up().to_owned());
        }
    }

    /// Goes on with the film, if one is being made, for as long as a frame has time for it.
    pub(crate) fn go_on_filming(&mut self, ctx: &Context, input: &FrameInput<'_>) {
        // What stands over everything is closed by the same key.
        let is_free = ctx.memory(|memory| memory.top_modal_layer().is_none());
        if is_free && ctx.input(|input| input.key_pressed(Key::Escape)) {
            self.end_film();
        }
        let Some(film) = &mut self.film else {
            return;
        };
        ctx.request_repaint();
        let is_page = input.host.address.is_some();
        let secs = if is_page { PAGE_SECS } else { WINDOW_SECS };
        let began_secs = (input.clock)();
        for _ in 0..MOST_A_FRAME * PIECES {
            let made = film.go_on();
            if !matches!(made, Ok(Made::Part)) {
                let film = self.film.take().map(|film| made.and_then(|_| film.end()));
                self.hand_over(film);
                return;
            }
            if (input.clock)() - began_secs >= secs {
                return;
            }
        }
    }

    fn hand_over(&mut self, film: Option<Result<Keepsake, EncodingError>>) {
        match film {
            Some(Ok(film)) => self.requests.push(HostRequest::Save(film)),
            Some(Err(error)) => self.say(sharing::not_made(&error.to_string())),
            None => {}
        }
    }
}
