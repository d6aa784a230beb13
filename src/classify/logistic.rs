//! Examples → a linear head: logistic regression of each class against the rest, pulled towards a start.
//!
//! Minimised is Σ log-loss + λ/2·‖w − w₀‖² by L-BFGS (argmin). With the vector of a prompt as start w₀, a head without
//! examples is zero-shot, and each example moves it as far as it has something to say. That is why the loss is written out
//! here: the crates that fit logistic regression pull towards zero. Arrays of ndarray stay in this file.

use std::sync::Mutex;

use argmin::core::{CostFunction, Error as SolverError, Executor, Gradient, State};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::LBFGS;
use ndarray::{Array2, ArrayView2, Axis};

use crate::classify::head::{Head, HeadClass};
use crate::error::{Error, Need, Refusal, Result, Stage};

/// Earlier steps from which L-BFGS guesses curvature (Nocedal and Wright advise 3 to 20).
const MEMORY: usize = 10;

/// It seldom takes more than a third of these.
const MOST_ITERATIONS: u64 = 300;

/// A change of the loss by less than this, relative to what it was at the start, is none.
const TOLERANCE: f64 = 1e-6;

/// The same where a head is only tried: enough to tell how well it will do.
const TRIAL_TOLERANCE: f64 = 1e-4;

/// Pull of a bias towards its start: enough that a class without examples has one.
const BIAS_STRENGTH: f64 = 1e-3;

/// A vector with the classes it belongs to.
#[derive(Debug, Clone)]
pub(crate) struct TrainingExample<'a> {
    /// The vector; all of one fit have the same length.
    pub(crate) values: &'a [f32],
    /// Places of its classes among the names; none for an example of nothing.
    pub(crate) classes: Vec<usize>,
}

/// How a head is fitted.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FitSettings {
    /// Strength λ of the pull towards the start, above 0.
    pub(crate) strength: f64,
    /// How exactly.
    pub(crate) care: FitPrecision,
}

/// How exactly a head is fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FitPrecision {
    /// Roughly, to be compared with others.
    Trial,
    /// As exactly as makes a difference.
    Final,
}

/// Fits a head to `examples`, from `start`, which has a class for each name (all weights 0 for no start).
///
/// # Errors
/// [`Refusal::Lacking`] if there are no examples or classes; [`Refusal::OtherDimension`] if vectors
/// differ in length; [`Error::Internal`] if the solver fails.
pub(crate) fn fit(examples: &[TrainingExample<'_>], start: &Head, settings: &FitSettings) -> Result<Head> {
    if examples.is_empty() || start.classes().is_empty() {
        return Err(Refusal::Lacking(Need::Examples).into());
    }
    let dim = examples[0].values.len();
    let lens = examples.iter().map(|example| example.values.len());
    let mut lens = lens.chain(start.classes().iter().map(|class| class.weights.len()));
    if let Some(other) = lens.find(|len| *len != dim) {
        return Err(Refusal::OtherDimension { own: dim, other }.into());
    }
    let problem = PenalisedLoss::new(examples, start, settings);
    let tolerance = if settings.care == FitPrecision::Trial { TRIAL_TOLERANCE } else { TOLERANCE };
    let parameters = minimise(problem, tolerance)?;
    Ok(unpack(&parameters, start, dim))
}

fn minimise(problem: PenalisedLoss, tolerance: f64) -> Result<Vec<f64>> {
    let start = problem.start.clone();
    // A line search from where there is no slope fails.
    if problem.evaluate(&start).1.iter().all(|slope| slope.abs() < TOLERANCE) {
        return Ok(start);
    }
    let failed = |error: SolverError| Error::internal(Stage::Encode, format!("the head could not be fitted ({error})"));
    let tolerance = tolerance * problem.evaluate(&start).0.max(1.0);
    let solver = LBFGS::new(MoreThuenteLineSearch::new(), MEMORY).with_tolerance_cost(tolerance).map_err(failed)?;
    let run = Executor::new(problem, solver).configure(|state| state.param(start).max_iters(MOST_ITERATIONS)).run();
    let state = run.map_err(failed)?.state;
    let best = state.get_best_param().cloned();
    best.ok_or_else(|| Error::internal(Stage::Encode, "the head could not be fitted (no step was taken)"))
}

/// The parameters are the weights `[classes, dim]`, row by row, and then the biases.
struct PenalisedLoss {
    /// `[examples, dim]`.
    values: Array2<f64>,
    /// 1 where an example is of a class, `[examples, classes]`.
    targets: Array2<f64>,
    start: Vec<f64>,
    strength: f64,
    /// The last point with its loss and slope: the solver asks for one after the other.
    known: Mutex<Option<Point>>,
}

/// A point that was looked at.
struct Point {
    parameters: Vec<f64>,
    loss: f64,
    slope: Vec<f64>,
}

impl PenalisedLoss {
    fn new(examples: &[TrainingExample<'_>], start: &Head, settings: &FitSettings) -> Self {
        let (dim, classes) = (examples[0].values.len(), start.classes().len());
        let mut targets = Array2::zeros((examples.len(), classes));
        for (row, example) in examples.iter().enumerate() {
            example.classes.iter().for_each(|class| targets[[row, *class]] = 1.0);
        }
        let values = Array2::from_shape_fn((examples.len(), dim), |(row, at)| f64::from(examples[row].values[at]));
        let weights = start.classes().iter().flat_map(|class| class.weights.iter().copied());
        let biases = start.classes().iter().map(|class| class.bias);
        let start = weights.chain(biases).map(f64::from).collect();
        PenalisedLoss { values, targets, start, strength: settings.strength, known: Mutex::new(None) }
    }

    /// The loss at `parameters` and its slope.
    fn evaluate(&self, parameters: &[f64]) -> (f64, Vec<f64>) {
        let (classes, dim) = (self.targets.ncols(), self.values.ncols());
        let (weights, biases) = parameters.split_at(classes * dim);
        let weights = ArrayView2::from_shape((classes, dim), weights).expect("as many weights as there are places");
        let mut logits = self.values.dot(&weights.t());
        let mut loss = 0.0;
        for (mut row, targets) in logits.outer_iter_mut().zip(self.targets.outer_iter()) {
            for ((logit, bias), target) in row.iter_mut().zip(biases).zip(targets) {
                let value = *logit + bias;
                // log(1 + exp(z)) without overflow.
                loss += value.max(0.0) + (-value.abs()).exp().ln_1p() - target * value;
                *logit = 1.0 / (1.0 + (-value).exp()) - target;
            }
        }
        let mut slope = logits.t().dot(&self.values).into_iter().collect::<Vec<f64>>();
        slope.extend(logits.sum_axis(Axis(0)));
        for (index, (value, start)) in parameters.iter().zip(&self.start).enumerate() {
            let strength = if index < classes * dim { self.strength } else { BIAS_STRENGTH };
            loss += 0.5 * strength * (value - start).powi(2);
            slope[index] += strength * (value - start);
        }
        (loss, slope)
    }

    /// The same, remembered.
    fn look<T>(&self, parameters: &[f64], take: impl FnOnce(f64, &[f64]) -> T) -> T {
        let mut known = self.known.lock().expect("no holder panics");
        if known.as_ref().is_none_or(|point| point.parameters != parameters) {
            let (loss, slope) = self.evaluate(parameters);
            *known = Some(Point { parameters: parameters.to_vec(), loss, slope });
        }
        let point = known.as_ref().expect("it has just been put there");
        take(point.loss, &point.slope)
    }
}

impl CostFunction for PenalisedLoss {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, parameters: &Self::Param) -> std::result::Result<f64, SolverError> {
        Ok(self.look(parameters, |loss, _| loss))
    }
}

impl Gradient for PenalisedLoss {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;

    fn gradient(&self, parameters: &Self::Param) -> std::result::Result<Vec<f64>, SolverError> {
        Ok(self.look(parameters, |_, slope| slope.to_vec()))
    }
}

fn unpack(parameters: &[f64], start: &Head, dim: usize) -> Head {
    let (weights, biases) = parameters.split_at(start.classes().len() * dim);
    let each = start.names().iter().zip(weights.chunks_exact(dim)).zip(biases);
    let class = |((name, weights), bias): ((&String, &[f64]), &f64)| HeadClass {
        name: name.clone(),
        weights: weights.iter().map(|weight| *weight as f32).collect(),
        bias: *bias as f32,
    };
    Head::new(each.map(class).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(names: &[&str], weights: &[f32]) -> Head {
        let class = |name: &&str| HeadClass { name: (*name).to_owned(), weights: weights.to_vec(), bias: 0.0 };
        Head::new(names.iter().map(class).collect())
    }

    fn examples<'a>(points: &'a [([f32; 2], &[usize])]) -> Vec<TrainingExample<'a>> {
        points.iter().map(|(values, classes)| TrainingExample { values, classes: classes.to_vec() }).collect()
    }

    fn settings(strength: f64) -> FitSettings {
        FitSettings { strength, care: FitPrecision::Final }
    }

    const POINTS: [([f32; 2], &[usize]); 4] =
        [([1.0, 0.1], &[0]), ([0.9, -0.2], &[0]), ([0.1, 1.0], &[1]), ([-0.1, 0.8], &[1])];

    #[test]
    fn classes_are_told_apart() {
        let head = fit(&examples(&POINTS), &start(&["a", "b"], &[0.0; 2]), &settings(0.1)).unwrap();
        for (point, classes) in &POINTS {
            let presences = head.presences(point);
            assert!((presences[0] > 0.5) == classes.contains(&0), "{point:?} {presences:?}");
            assert!((presences[1] > 0.5) == classes.contains(&1), "{point:?} {presences:?}");
        }
    }

    #[test]
    fn the_solution_is_where_the_slope_is_none() {
        let (examples, start) = (examples(&POINTS), start(&["a", "b"], &[0.5, -0.25]));
        let settings = settings(0.3);
        let loss = PenalisedLoss::new(&examples, &start, &settings);
        let solution = minimise(PenalisedLoss::new(&examples, &start, &settings), TOLERANCE).unwrap();
        let (least, slope) = loss.evaluate(&solution);
        assert!(slope.iter().all(|slope| slope.abs() < 1e-2), "{slope:?}");
        for at in 0..solution.len() {
            let mut moved = solution.clone();
            moved[at] += 0.05;
            let (more, _) = loss.evaluate(&moved);
            assert!(more > least, "{at}");
            // The slope is that of the loss.
            moved[at] -= 0.05 - 1e-6;
            let numeric = (loss.evaluate(&moved).0 - least) / 1e-6;
            assert!((numeric - slope[at]).abs() < 1e-3, "{at}: {numeric} {}", slope[at]);
        }
    }

    #[test]
    fn a_strong_pull_keeps_the_start_and_no_examples_are_refused() {
        let start = start(&["a", "b"], &[3.0, -2.0]);
        let head = fit(&examples(&POINTS), &start, &settings(1e6)).unwrap();
        for class in head.classes() {
            assert!((class.weights[0] - 3.0).abs() < 1e-3 && (class.weights[1] + 2.0).abs() < 1e-3, "{class:?}");
        }
        assert!(fit(&[], &start, &settings(1.0)).is_err());
        let odd = TrainingExample { values: &[1.0], classes: vec![0] };
        assert!(fit(&[odd], &start, &settings(1.0)).is_err());
    }
}
