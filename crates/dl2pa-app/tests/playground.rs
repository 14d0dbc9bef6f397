//! The playground as the window runs it, without a window: its view, its sessions, and what passes between them.
#![cfg(not(target_family = "wasm"))]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use dl2pa_app::window::{
    Fault, Opened, Opening, Order, Orders, Outlet, PixelPicture, PlaygroundApp, Training,
};
use dl2pa_core::config::{DatasetKind, RunConfig};
use dl2pa_core::lessons::Language;
use dl2pa_core::protocol::{RunId, Snapshot};
use dl2pa_core::session::SessionHandle;
use dl2pa_view::{Hidden, Keepsake, Picture, Showing, link};
use eframe::App as _;

/// The longest that anything is waited for, in frames of a hundredth of a second.
const PATIENCE: usize = 12_000;

/// A window that keeps nothing.
struct Nowhere;

impl Outlet for Nowhere {
    fn address(&self) -> Option<String> {
        None
    }

    fn show_fragment(&mut self, _fragment: &str) {}

    fn save(&mut self, _keepsake: &Keepsake) -> Result<Option<String>, String> {
        Err("there is no disk".to_owned())
    }

    fn save_pixels(
        &mut self,
        picture: &PixelPicture,
        _draw: &mut dyn FnMut() -> Picture,
        _frame: &eframe::Frame,
    ) -> (String, Result<Option<String>, String>) {
        (picture.name(), Err("there is no disk".to_owned()))
    }
}

/// The program with its sessions, drawn into nothing.
struct Program {
    app: PlaygroundApp,
    context: egui::Context,
    frame: eframe::Frame,
    orders: Orders,
    /// The session that leads since the last frame.
    leading: Rc<RefCell<Option<SessionHandle>>>,
}

impl Program {
    /// Begins a run of `config` at the highest speed on offer but "max".
    fn open(config: RunConfig) -> Self {
        let state = link::State {
            speed: 64.0,
            ..link::State::of(config)
        };
        let link = link::write(&state, link::MAX_CHARS).unwrap();
        let context = egui::Context::default();
        let orders = Orders::default();
        let leading = Rc::new(RefCell::new(None));
        let seen = Rc::clone(&leading);
        let opening = Opening {
            config: RunConfig::playground(),
            has_tour: false,
            training: Training::on_cpu(),
            notice: None,
            prototypes: None,
            table: None,
            fault: Fault::default(),
            showing: Showing::All,
            hidden: Hidden::default(),
            reduced_motion: false,
            language: Language::English,
            orders: Orders::clone(&orders),
            opened: Some(Opened::Link(link.text)),
            links: None,
            outlet: Box::new(Nowhere),
        };
        let app = PlaygroundApp::new(&context, opening, move |report| {
            *seen.borrow_mut() = report.session.cloned();
        });
        Self {
            app,
            context,
            frame: eframe::Frame::_new_kittest(),
            orders,
            leading,
        }
    }

    /// One frame in which a key is pressed.
    fn press(&mut self, key: egui::Key) {
        self.draw(vec![egui::Event::Key {
            key,
            physical_key: None,
            pressed: true,
            repeat: false,
            modifiers: egui::Modifiers::NONE,
        }]);
    }

    /// One frame in which this happens.
    fn draw(&mut self, events: Vec<egui::Event>) {
        let size = egui::vec2(1280.0, 800.0);
        let input = egui::RawInput {
            screen_rect: Some(egui::Rect::from_min_size(egui::Pos2::ZERO, size)),
            events,
            ..egui::RawInput::default()
        };
        let (app, frame) = (&mut self.app, &mut self.frame);
        self.context
            .run_ui(input, |ui| app.ui(ui, frame))
            .textures_delta
            .clear();
        std::thread::sleep(Duration::from_millis(10));
    }

    /// Draws until the leading session shows that run `run` of its is completed; its last state.
    #[track_caller]
    fn completed(&mut self, run: u64) -> Arc<Snapshot> {
        for _ in 0..PATIENCE {
            self.draw(Vec::new());
            let leading = self.leading.borrow();
            let latest = leading.as_ref().and_then(|session| session.latest.get());
            let is_over =
                |last: &Arc<Snapshot>| last.run == RunId(run) && last.state_hash.is_some();
            if let Some(last) = latest.filter(is_over) {
                return last;
            }
        }
        panic!("the run has not come to its end");
    }
}

#[test]
fn a_branch_of_a_run_that_is_over_ends_as_that_run_did() {
    let mut program = Program::open(RunConfig {
        classes: 9,
        samples_per_class: 60,
        epochs: 6,
        ..RunConfig::for_dataset(DatasetKind::Grid)
    });
    let whole = program.completed(1);
    let parent = program.leading.borrow().clone().unwrap();
    program.orders.lock().unwrap().push(Order::Seek(3.4));
    program.draw(Vec::new());
    program.press(egui::Key::B);
    program.draw(Vec::new());
    let branch = program.leading.borrow().clone().unwrap();
    let is_another = !branch.commands.same_channel(&parent.commands);
    assert!(is_another, "the branch leads");
    let again = program.completed(1);
    assert_eq!(again.state_hash, whole.state_hash);
    assert_eq!(again.labels_moved, whole.labels_moved);
    let first = again.history.test_accuracy[0][0];
    assert!((first - 3.0).abs() < 1e-9, "it begins at epoch {first}");
    // Alone, and over again from there.
    program.press(egui::Key::Num1);
    program.press(egui::Key::R);
    let over_again = program.completed(2);
    assert_eq!(over_again.state_hash, whole.state_hash);
    let first = over_again.history.test_accuracy[0][0];
    assert!((first - 3.0).abs() < 1e-9, "it begins at epoch {first}");
    let left = parent.latest.get().unwrap();
    assert_eq!(left.state_hash, whole.state_hash, "that run is as it was");
}

#[test]
fn a_run_on_one_s_own_data_can_branch_as_well() {
    let mut program = Program::open(RunConfig {
        classes: 9,
        samples_per_class: 60,
        epochs: 1,
        ..RunConfig::for_dataset(DatasetKind::Grid)
    });
    program.completed(1);
    // Three classes along a line, 16 points each.
    let rows = (0..48).map(|i| {
        let (class, place) = (i / 16, i % 16);
        format!(
            "{}.{place},{}.{},c{class}\n",
            2 * class,
            place % 3,
            place % 7
        )
    });
    program.draw(vec![egui::Event::Paste(rows.collect())]);
    let whole = program.completed(2);
    let epochs = whole.epoch;
    program
        .orders
        .lock()
        .unwrap()
        .push(Order::Seek(epochs / 2.0));
    program.draw(Vec::new());
    program.press(egui::Key::B);
    program.draw(Vec::new());
    let again = program.completed(1);
    assert_eq!(again.state_hash, whole.state_hash);
    let first = again.history.test_accuracy[0][0];
    assert!(
        first > 0.0 && first <= epochs / 2.0,
        "it begins at epoch {first}"
    );
}
