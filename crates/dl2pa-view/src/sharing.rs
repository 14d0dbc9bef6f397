//! What leaves the playground and comes back into it: links, the command, files.

use std::sync::Arc;

use dl2pa_core::protocol::{Command, Snapshot};
use egui::{Context, RawInput, Rect, ThemePreference, Vec2};

use crate::controls::share::Take;
use crate::controls::transport::PlayState;
use crate::export::{self, csv, json, svg};
use crate::frame;
use crate::host::{HostRequest, Keepsake};
use crate::link::{self, Gaze, MAX_CHARS, State, Theme};
use crate::playground::{Addressed, FrameInput, Playground, Tab};
use crate::text::{branch, catalogue, own, sharing as words};
use crate::theme::{self, Tokens};

/// Names of the tabs in links; they are given away and never change.
const TABS: [(Tab, &str); 3] = [
    (Tab::Plots, "plots"),
    (Tab::Setup, "setup"),
    (Tab::Why, "why"),
];
/// A picture of the stage, in points.
const PICTURE: Vec2 = Vec2::new(960.0, 720.0);

/// A picture that is ready to be drawn by egui's painters.
#[derive(Debug)]
pub struct Picture {
    /// The triangles.
    pub primitives: Vec<egui::ClippedPrimitive>,
    /// The textures they need, to be applied or cleared before this is dropped.
    pub textures: egui::TexturesDelta,
    /// Width and height in points.
    pub size: Vec2,
    /// Pixels along a point.
    pub pixels_per_point: f32,
    /// What lies behind everything.
    pub ground: egui::Color32,
}

impl Playground {
    /// What a link to this moment holds.
    #[must_use]
    pub fn state(&self, ctx: &Context) -> State {
        // A thousandth of a radian is not seen, and makes the link short.
        let rounded = |value: f32| (f64::from(value) * 1e3).round() / 1e3;
        let snapshot = self.lead.shown.as_ref();
        State {
            // A branch is no run that its settings lead to.
            step: snapshot
                .filter(|_| self.lead.origin.is_none())
                .map_or(0, |snapshot| snapshot.step),
            speed: self.transport.speed(),
            gaze: self.lead.stage.pose().map(|[yaw, pitch, zoom]| Gaze {
                yaw_rad: rounded(yaw),
                pitch_rad: rounded(pitch),
                zoom: rounded(zoom),
            }),
            selected: self.selection.pinned(),
            tab: TABS
                .iter()
                .find(|(tab, _)| *tab == self.tab && *tab != Tab::Plots)
                .map(|(_, name)| (*name).to_owned()),
            lesson: self.lesson().map(str::to_owned),
            beat: self.beat().map(str::to_owned),
            names: self.names,
            pair: self.pair,
            comparing: self.comparing,
            theme: match ctx.options(|options| options.theme_preference) {
                ThemePreference::Dark => Theme::Dark,
                ThemePreference::Light => Theme::Light,
                ThemePreference::System => Theme::System,
            },
            points: self.own.points_of(&self.lead.run.config),
            ..State::of(self.lead.run.config.as_ref().clone())
        }
    }

    /// Takes the state of a link and returns what the session must do for it. Of a link that cannot be opened
    /// it says why, and nothing changes: the result is empty.
    pub fn open_link(&mut self, ctx: &Context, text: &str) -> Vec<Addressed> {
        catalogue::speak(self.language());
        match link::read(text) {
            Ok(state) => self.restore(ctx, state),
            Err(error) => {
                self.say(words::not_opened(&error));
                Vec::new()
            }
        }
    }

    /// Takes `state` and returns what the session must do for it.
    pub fn restore(&mut self, ctx: &Context, state: State) -> Vec<Addressed> {
        let Some(state) = self.with_own_data(state) else {
            return Vec::new();
        };
        match state.theme {
            Theme::System => {}
            Theme::Dark => ctx.set_theme(ThemePreference::Dark),
            Theme::Light => ctx.set_theme(ThemePreference::Light),
        }
        self.begin_linked(state)
    }

    /// What the session must do for a link whose data are at hand.
    pub(crate) fn begin_linked(&mut self, state: State) -> Vec<Addressed> {
        self.transport.set_speed(state.speed);
        self.lead.stage.take_pose(
            state
                .gaze
                .map(|gaze| [gaze.yaw_rad, gaze.pitch_rad, gaze.zoom].map(|value| value as f32)),
        );
        self.selection.forget_class();
        self.linked_class = state.selected;
        // Without a name it is the one that is there at first.
        let named = |name: &str| TABS.iter().find(|(_, known)| *known == name);
        self.tab = match state.tab.as_deref().and_then(named) {
            Some((tab, _)) => *tab,
            None => Tab::Plots,
        };
        self.names = state.names;
        self.pair = state.pair;
        self.compare(state.comparing);
        self.take_over();
        // A link is to one run, from its beginning.
        self.leave_branches();
        let rivals = self.rivals.drain(..).enumerate();
        let mut commands: Vec<Addressed> = rivals
            .map(|(place, _)| (place + 1, Command::Stop))
            .collect();
        if let Some(lesson) = state.lesson {
            self.open_lesson(&lesson, state.beat.as_deref(), &mut commands);
        }
        commands.push((0, Command::SetPace(self.pace())));
        self.bring(0, &state.config, &mut commands);
        commands.push((0, Command::Start(Box::new(state.config))));
        if state.step > 0 {
            commands.push((0, Command::GoTo { step: state.step }));
        }
        commands
    }

    /// Says something over the stage, for a few seconds.
    pub fn say(&mut self, message: String) {
        self.note.say(message);
    }

    /// What the host is asked for since the last call, in order.
    pub fn take_requests(&mut self) -> Vec<HostRequest> {
        std::mem::take(&mut self.requests)
    }

    /// Copies or saves what was chosen.
    pub(crate) fn take(&mut self, ctx: &Context, take: Take, input: &FrameInput<'_>) {
        let snapshot = self.lead.shown.clone();
        match take {
            Take::Link => self.share(ctx, input),
            Take::Command => match self.lead.run.config.command_line() {
                Ok(command) => {
                    ctx.copy_text(command);
                    let own = self.lead.run.config.own.data_file.as_deref();
                    self.say(match own {
                        _ if self.lead.origin.is_some() => branch::copied().to_owned(),
                        Some(file) => own::command_copied(file),
                        None => words::command_copied().to_owned(),
                    });
                }
                Err(error) => self.say(words::refused_setting(&error)),
            },
            Take::Run => self.save_run(),
            Take::Film => self.begin_film(ctx),
            Take::Classroom => self.classroom.open(),
            Take::Svg | Take::Png | Take::Csv | Take::Json => {
                let Some(snapshot) = snapshot else {
                    self.say(words::nothing_to_save().to_owned());
                    return;
                };
                self.save(ctx, take, &snapshot, input);
            }
        }
    }

    fn share(&mut self, ctx: &Context, input: &FrameInput<'_>) {
        let state = self.state(ctx);
        let address = input.host.address.as_deref();
        let taken = address.map_or(0, |address| address.chars().count() + 1);
        match link::write(&state, MAX_CHARS.saturating_sub(taken)) {
            Ok(link) => {
                let said = if self.lead.origin.is_some() {
                    branch::copied()
                } else if link.leaves_out_points {
                    words::leaves_out_points()
                } else if address.is_some() {
                    words::link_copied()
                } else {
                    words::fragment_copied()
                };
                ctx.copy_text(format!("{}#{}", address.unwrap_or_default(), link.text));
                self.requests.push(HostRequest::ShowFragment(link.text));
                self.say(said.to_owned());
            }
            Err(error) => self.say(words::refused(&error)),
        }
    }

    fn save(
        &mut self,
        ctx: &Context,
        take: Take,
        snapshot: &Arc<Snapshot>,
        input: &FrameInput<'_>,
    ) {
        let name = |extension, media_type, bytes| {
            export::keepsake(
                &self.lead.run.config,
                snapshot.epoch,
                extension,
                media_type,
                bytes,
            )
        };
        let made: Result<Keepsake, String> = match take {
            Take::Csv => {
                let text = csv::curves(&snapshot.history);
                Ok(name("csv", "text/csv", text.into_bytes()))
            }
            Take::Json => json::everything(&self.lead.run, snapshot, self.lead.timeline.ticks())
                .map(|bytes| name("json", "application/json", bytes))
                .map_err(|error| error.to_string()),
            Take::Svg
            | Take::Png
            | Take::Film
            | Take::Classroom
            | Take::Link
            | Take::Command
            | Take::Run => {
                let svg = self.svg(ctx, input);
                let config = &self.lead.run.config;
                let bytes = svg.into_bytes();
                Ok(export::keepsake(
                    config,
                    snapshot.epoch,
                    "svg",
                    "image/svg+xml",
                    bytes,
                ))
            }
        };
        match made {
            Ok(svg) if take == Take::Png => self.requests.push(HostRequest::SavePixels {
                svg,
                size: [PICTURE.x as u32, PICTURE.y as u32],
                scale: export::PIXEL_SCALE,
            }),
            Ok(keepsake) => self.requests.push(HostRequest::Save(keepsake)),
            Err(cause) => self.say(words::not_made(&cause)),
        }
    }

    /// The stage as SVG, in the colours of `ctx`.
    pub fn svg(&mut self, ctx: &Context, input: &FrameInput<'_>) -> String {
        let (news, explanation) = self.narration();
        let look = ctx.theme();
        let (_, mut output) = self.still(look, PICTURE, 1.0, input);
        // Letters stay letters here, so nobody needs their textures.
        output.textures_delta.clear();
        let ground = Tokens::of(look).surface;
        let title = format!("{news} {explanation}");
        svg::document(&output.shapes, PICTURE, ground, title.trim())
    }

    /// The stage alone, in the colours of `ctx`, as triangles for a picture in pixels.
    pub fn picture(
        &mut self,
        ctx: &Context,
        pixels_per_point: f32,
        input: &FrameInput<'_>,
    ) -> Picture {
        let look = ctx.theme();
        let (apart, output) = self.still(look, PICTURE, pixels_per_point, input);
        Picture {
            primitives: apart.tessellate(output.shapes, pixels_per_point),
            textures: output.textures_delta,
            size: PICTURE,
            pixels_per_point,
            ground: Tokens::of(look).surface,
        }
    }

    /// Tells the person how saving went: `Ok` says where, `None` for what a browser keeps.
    pub fn saved(&mut self, name: &str, place: Result<Option<&str>, &str>) {
        catalogue::speak(self.language());
        self.say(words::saved(name, place));
    }

    /// Draws the stage alone, without what can only be pressed, as it is at this moment.
    pub(crate) fn still(
        &mut self,
        look: egui::Theme,
        size: Vec2,
        pixels_per_point: f32,
        input: &FrameInput<'_>,
    ) -> (Context, egui::FullOutput) {
        let apart = Context::default();
        theme::install(&apart);
        apart.set_theme(look);
        let rect = Rect::from_min_size(egui::Pos2::ZERO, size);
        let mut raw = RawInput {
            screen_rect: Some(rect),
            ..RawInput::default()
        };
        let viewport = raw.viewports.entry(raw.viewport_id).or_default();
        viewport.native_pixels_per_point = Some(pixels_per_point);
        let output = apart.run_ui(raw, |ui| {
            let still = frame::Input {
                host: input.host,
                now_secs: input.now_secs,
                dt_secs: 0.0,
                play: PlayState::Running,
                still: true,
            };
            // Whatever is pressed here is pressed by nobody.
            frame::stage_card(self, ui, rect, &still, &mut frame::Drawn::default());
        });
        (apart, output)
    }
}
