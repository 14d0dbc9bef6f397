//! A person's own data: the tables at hand, and the runs that begin on them.

mod drop;
mod panel;
mod replay;
mod square;

use std::sync::Arc;

use dl2pa_core::config::{DatasetKind, RunConfig};
use dl2pa_core::datasets::{self, Table, TableError};
use dl2pa_core::protocol::Command;
use dl2pa_core::recorded;

use crate::host::{HostRequest, Keepsake};
use crate::link::{self, Points, State};
use crate::playground::{Addressed, Playground};
use crate::text::own as words;

pub(crate) use drop::overlay;
pub(crate) use replay::Log;
pub(crate) use square::Square;

/// Tables that are kept for runs that are asked for again, the newest last.
const KEPT: usize = 4;

/// A table with the name that it goes by.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    /// Its file: where the program finds it, or only a name.
    pub file: String,
    pub digest: String,
    pub table: Arc<Table>,
}

/// What the section of the setup asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Learn the newest table at hand.
    Latest,
    /// Learn the points that are drawn.
    Drawn,
    /// Learn this text.
    Pasted(String),
    /// Save the drawn points.
    Save,
    /// Say this.
    Say(&'static str),
}

/// The person's own data.
#[derive(Debug, Default)]
pub(crate) struct Own {
    /// The section is shown though the present run learns something else.
    is_open: bool,
    tables: Vec<Given>,
    square: Square,
    /// The text being pasted, while its field is open.
    pasting: Option<String>,
    wishes: Vec<Wish>,
    /// A run has been asked for since a recorded one was opened.
    asked: bool,
    /// A link whose data have to come first.
    awaited: Option<Box<State>>,
}

impl Own {
    /// Whether the section is to be shown beside a run on `dataset`.
    pub(crate) fn is_shown(&self, dataset: DatasetKind) -> bool {
        self.is_open || dataset == DatasetKind::Own
    }

    /// Shows the section, and asks for the newest table if there is one.
    pub(crate) fn open(&mut self) {
        self.is_open = true;
        if !self.tables.is_empty() {
            self.wishes.push(Wish::Latest);
        }
    }

    /// Whether a recorded run gives way to a run that begins now; one that was asked for before it does not count.
    pub(crate) fn gives_way(&self) -> bool {
        self.asked
    }

    /// Hides the section.
    pub(crate) fn close(&mut self) {
        self.is_open = false;
    }

    /// The table that a run of `config` learns, if it is at hand.
    pub(crate) fn table_of(&self, config: &RunConfig) -> Option<&Given> {
        let digest = config.own.data_digest.as_deref()?;
        self.tables.iter().find(|given| given.digest == digest)
    }

    /// The drawn points, where they are what a run of `config` learns.
    pub(crate) fn points_of(&self, config: &RunConfig) -> Option<Points> {
        let given = self.table_of(config)?;
        let drawn = self.square.table().ok()?;
        (drawn.digest() == given.digest).then(|| self.square.points().clone())
    }

    /// Keeps a table at hand.
    fn keep(&mut self, file: String, table: Table) -> Given {
        let given = Given {
            file,
            digest: table.digest(),
            table: Arc::new(table),
        };
        self.tables.retain(|other| other.digest != given.digest);
        self.tables.push(given.clone());
        let surplus = self.tables.len().saturating_sub(KEPT);
        self.tables.drain(..surplus);
        given
    }
}

impl Playground {
    /// Keeps the table at hand that a run of `config` learns, whose settings become its own. The host starts that
    /// run, after [`Command::Bring`].
    pub fn keep_table(&mut self, config: &mut RunConfig, table: Table) -> Arc<Table> {
        let file = config.own.data_file.clone().unwrap_or_default();
        let given = self.own.keep(file, table);
        name(config, &given);
        given.table
    }

    /// Learns a table that the person gave: a file of this name (or path) that was dropped or pasted. What is no
    /// table is said, and nothing else changes: the result is empty.
    pub fn take_table(&mut self, file: &str, bytes: &[u8]) -> Vec<Addressed> {
        let mut commands = Vec::new();
        match Table::read(bytes) {
            Ok(table) => {
                let given = self.own.keep(file.to_owned(), table);
                self.learn(&given, true, &mut commands);
            }
            Err(error) => self.say(words::refused(words::bare(file), error.to_string())),
        }
        commands
    }

    /// Takes a file in that was dropped: a recorded run, or a table.
    pub fn take_file(&mut self, file: &str, bytes: &[u8]) -> Vec<Addressed> {
        if recorded::is_one(bytes) {
            self.open_run(file, bytes)
        } else {
            self.take_table(file, bytes)
        }
    }

    /// Takes text in that was pasted: a link, or a table.
    pub(crate) fn take_text(&mut self, ctx: &egui::Context, text: &str) -> Vec<Addressed> {
        if link::is_meant(text) {
            self.open_link(ctx, text)
        } else {
            self.take_file(words::PASTED, text.as_bytes())
        }
    }

    /// Says that a file that was given could not be read.
    pub fn file_unread(&mut self, file: &str, cause: &str) {
        self.say(words::unread(words::bare(file), cause));
    }

    /// Does what the section of the setup asked for.
    pub(crate) fn obey_own(&mut self, commands: &mut Vec<Addressed>) {
        for wish in std::mem::take(&mut self.own.wishes) {
            match wish {
                Wish::Latest => {
                    if let Some(given) = self.own.tables.last().cloned() {
                        self.learn(&given, false, commands);
                    }
                }
                Wish::Drawn => match self.own.square.table() {
                    Ok(table) => {
                        let given = self.own.keep(words::DRAWN.to_owned(), table);
                        self.learn(&given, false, commands);
                    }
                    // The square says itself what is missing.
                    Err(TableError::OneClass { .. } | TableError::TooFewRows { .. }) => {}
                    Err(error) => self.say(error.to_string()),
                },
                Wish::Pasted(text) => {
                    let begun = self.take_table(words::PASTED, text.as_bytes());
                    if !begun.is_empty() {
                        self.own.pasting = None;
                    }
                    commands.extend(begun);
                }
                Wish::Save => {
                    let latest = self.own.square.table();
                    if let Ok(table) = latest {
                        self.requests.push(HostRequest::Save(Keepsake {
                            name: words::DRAWN.to_owned(),
                            media_type: "text/csv",
                            bytes: table.to_csv().into_bytes(),
                        }));
                    }
                }
                Wish::Say(message) => self.say(message.to_owned()),
            }
        }
    }

    /// Begins a run on a table, or the run of the link that waits for it.
    fn learn(&mut self, given: &Given, says: bool, commands: &mut Vec<Addressed>) {
        self.take_over();
        let awaited = self.own.awaited.take_if(|state| {
            let digest = state.config.own.data_digest.as_ref();
            digest.is_none_or(|digest| *digest == given.digest)
        });
        if let Some(mut state) = awaited {
            name(&mut state.config, given);
            commands.extend(self.begin_linked(*state));
            return;
        }
        let mut config = self.setup.on(DatasetKind::Own);
        name(&mut config, given);
        config.classes = given.table.class_names().len();
        let sizes = datasets::own_sizes(&given.table);
        (config.batch_size, config.epochs) = (sizes.batch_size, sizes.epochs);
        config.assign_period = config.assign_period.max(sizes.assign_period);
        crate::controls::setup::drop_what_does_not_apply(&mut config);
        if says {
            let table = &given.table;
            let size = words::size(table.rows(), table.features(), table.class_names().len());
            self.say(words::begins(words::bare(&given.file), &size));
        }
        self.start(config, commands);
    }

    /// The state of a link with its points as a table, or (`None`, and it is said) a state that has to wait for a
    /// file.
    pub(crate) fn with_own_data(&mut self, mut state: State) -> Option<State> {
        if state.config.dataset != DatasetKind::Own {
            return Some(state);
        }
        if let Some(points) = state.points.take() {
            self.own.square = Square::of(points);
            match self.own.square.table() {
                Ok(table) => {
                    state.config.classes = table.class_names().len();
                    let given = self.own.keep(words::DRAWN.to_owned(), table);
                    name(&mut state.config, &given);
                }
                Err(error) => {
                    self.say(error.to_string());
                    return None;
                }
            }
        }
        if self.own.table_of(&state.config).is_some() {
            return Some(state);
        }
        let file = state.config.own.data_file.clone().unwrap_or_default();
        self.own.awaited = Some(Box::new(state));
        self.say(words::awaited(words::bare(&file)));
        None
    }

    /// Comes before every start: brings a session the table that a run of `config` learns. `false` (and it is said) where that is not at hand
    /// any more.
    pub(crate) fn bring(
        &mut self,
        session: usize,
        config: &RunConfig,
        commands: &mut Vec<Addressed>,
    ) -> bool {
        self.own.asked = true;
        if config.dataset != DatasetKind::Own {
            return true;
        }
        let Some(given) = self.own.table_of(config) else {
            let file = config.own.data_file.as_deref().unwrap_or_default();
            self.say(words::missing(words::bare(file)));
            return false;
        };
        commands.push((session, Command::Bring(Arc::clone(&given.table))));
        true
    }
}

/// Writes the table into the settings of its run.
fn name(config: &mut RunConfig, given: &Given) {
    config.own.data_file = Some(given.file.clone());
    config.own.data_digest = Some(given.digest.clone());
    config.own.data_features = Some(given.table.features());
}

/// What was pasted in this frame, and not into a field.
pub(crate) fn pasted(ui: &egui::Ui) -> Vec<String> {
    if ui.ctx().text_edit_focused() {
        return Vec::new();
    }
    ui.input(|input| {
        let texts = input.events.iter().filter_map(|event| match event {
            egui::Event::Paste(text) => Some(text.clone()),
            _ => None,
        });
        texts.collect()
    })
}
