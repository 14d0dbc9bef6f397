//! One start: from a beginning through stages of growing hardness to a local optimum.

use dl2pa_data::StreamRng;

use super::Candidate;
use super::beginning::beginning;
use super::plan::{
    HARDNESS_FACTOR, LAST_HARDNESS, OPENING_HARDNESS, OPENING_STEPS, PATIENCE, Plan,
};
use super::smooth_max::{SmoothMax, evaluation_work};
use crate::prototypes::lbfgs::Lbfgs;
use crate::prototypes::rows::{max_cosine, normalise_rows};
use crate::prototypes::trajectory::Recorder;

/// Steps between two states offered to the recorder.
const RECORDING_PERIOD: usize = 3;
/// The first trial step moves each point (root mean square) by so much of the spacing, over the hardness.
const FIRST_STEP: f64 = 1.0;

/// A descent that can be interrupted after every step.
#[derive(Debug)]
pub(super) struct Start {
    index: usize,
    plan: Plan,
    hardness: f64,
    /// The hardness of the stage after the opening.
    first_hardness: f64,
    is_opening: bool,
    function: SmoothMax,
    lbfgs: Lbfgs,
    stage_steps: usize,
    small_steps: usize,
    recorder: Option<Recorder>,
    is_done: bool,
}

impl Start {
    pub fn new(index: usize, plan: &Plan, rng: &mut StreamRng, is_recorded: bool) -> Self {
        let (count, dim) = (plan.count, plan.dim);
        let beginning = beginning(index, count, dim, rng);
        let hardness = if beginning.is_clump {
            OPENING_HARDNESS
        } else {
            beginning.hardness
        };
        let recorder = is_recorded.then(|| {
            let t = Some(plan.sharpness(hardness) / 2.0);
            if beginning.is_clump {
                Recorder::new(beginning.rows.clone(), dim, t)
            } else {
                Recorder::from_clump_to(&beginning.rows, dim, rng)
            }
        });
        let mut function = SmoothMax::new(count, dim, plan.spacing_rad(), plan.sharpness(hardness));
        Self {
            index,
            plan: *plan,
            hardness,
            first_hardness: beginning.hardness,
            is_opening: beginning.is_clump,
            lbfgs: Lbfgs::new(beginning.rows, &mut function),
            function,
            stage_steps: 0,
            small_steps: 0,
            recorder,
            is_done: false,
        }
    }

    pub fn is_done(&self) -> bool {
        self.is_done
    }

    /// Share of the stages that are done, 0 to 1.
    pub fn progress(&self) -> f64 {
        let stages = libm::log2(LAST_HARDNESS / self.first_hardness);
        (libm::log2(self.hardness / self.first_hardness) / stages).clamp(0.0, 1.0)
    }

    /// One L-BFGS step, and the passage to the next stage if it was the last of its. Gives the
    /// multiply-adds that it took, roughly.
    pub fn step(&mut self) -> f64 {
        let plan = &self.plan;
        let first_length =
            (plan.count as f64).sqrt() * plan.spacing_rad() * FIRST_STEP / self.hardness;
        let step = self.lbfgs.step(&mut self.function, first_length);
        self.stage_steps += 1;
        if step.decrease * self.function.sharpness() < plan.small_decrease {
            self.small_steps += 1;
        } else {
            self.small_steps = 0;
        }
        let most_steps = if self.is_opening {
            OPENING_STEPS
        } else {
            plan.stage_steps
        };
        let is_over =
            step.decrease == 0.0 || self.small_steps >= PATIENCE || self.stage_steps >= most_steps;
        if self.recorder.is_some() && (is_over || self.stage_steps.is_multiple_of(RECORDING_PERIOD))
        {
            self.record();
        }
        let mut evaluations = step.evaluations.max(1);
        if is_over && self.hardness >= LAST_HARDNESS {
            self.is_done = true;
        } else if is_over {
            self.begin_next_stage();
            evaluations += 1;
        }
        evaluations as f64 * evaluation_work(self.plan.count, self.plan.dim)
    }

    fn begin_next_stage(&mut self) {
        self.hardness = if self.is_opening {
            self.first_hardness
        } else {
            self.hardness * HARDNESS_FACTOR
        };
        self.is_opening = false;
        self.function
            .set_sharpness(self.plan.sharpness(self.hardness));
        self.lbfgs.refresh(&mut self.function);
        self.stage_steps = 0;
        self.small_steps = 0;
    }

    fn record(&mut self) {
        let rows = self.rows();
        let t = Some(self.function.sharpness() / 2.0);
        if let Some(recorder) = &mut self.recorder {
            recorder.offer(&rows, t);
        }
    }

    fn rows(&self) -> Vec<f64> {
        let mut rows = self.lbfgs.x().to_vec();
        normalise_rows(&mut rows, self.plan.dim);
        rows
    }

    /// Where the descent is now.
    pub fn into_candidate(self) -> Candidate {
        let rows = self.rows();
        Candidate {
            start: self.index,
            max_cos: max_cosine(&rows, self.plan.dim),
            rows,
            t: Some(self.function.sharpness() / 2.0),
            recorder: self.recorder,
        }
    }
}
