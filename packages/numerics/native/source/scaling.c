// Entropic transport in scaling form: the same steps as src/transport/scaling.ts, which explains them. The passes over
// the kernel, which are all the work, touch each row once for both updates.
#include <math.h>
#include <stddef.h>

#include "exponential.h"
#include "heap.h"
#include "threads.h"
#include "vector.h"

static const double largest_factor = 1e100;
static const double safe_range = 200;
static const double annealing_factor = 4;
static const double stage_iterations = 100;
static const double stage_tolerance = 1e-2;
static const int measured_passes = 20;
static const double slow_rate = 0.7;
static const double largest_rate = 1 - 1e-8;

// The order is known to the TypeScript side.
typedef enum { EXACT, PENALTY, AT_MOST } rule_type;

typedef struct {
  int n, m;
  const double *cost, *supply, *demand;
  rule_type rule;
  double strength;  // of the penalty, or the mass to be moved
  double *kernel, *f, *g;
  double epsilon, lambda, factor;
  double *u, *v, *sums, *logs, *most;
  double omega;  // of the next pass
  double iterations, residual;
} scaling;

static double potential_of(const scaling *state, double log_sum) {
  const double epsilon = state->epsilon;
  if (state->rule == EXACT) return -epsilon * log_sum;
  if (state->rule == AT_MOST) return fmin(0, -epsilon * log_sum - state->lambda);
  return -state->strength * epsilon / (state->strength + epsilon) * log_sum;
}

static double factor_of(const scaling *state, double ratio, double potential) {
  const double epsilon = state->epsilon;
  if (state->rule == EXACT) return ratio;
  if (state->rule == AT_MOST) return fmin(ratio, exp(-potential / epsilon));
  const double sum = state->strength + epsilon;
  return pow(ratio, state->strength / sum) * exp(-potential / sum);
}

static double relaxed(const scaling *state, double factor, double plain) {
  return state->omega == 1 ? plain : factor * pow(plain / factor, state->omega);
}

// row[j] = logs[j] − cost[j] · (1 / ε), and the largest of them.
static double fill_exponents(int m, const double *logs, const double *cost, double rate, double *row) {
  const pair factor = pair_of(rate);
  pair most = pair_of(-INFINITY);
  int j = 0;
  for (; j + 1 < m; j += 2) {
    const pair exponent = wasm_f64x2_sub(pair_load(logs + j), wasm_f64x2_mul(pair_load(cost + j), factor));
    pair_store(row + j, exponent);
    most = wasm_f64x2_pmax(most, exponent);
  }
  double largest = fmax(wasm_f64x2_extract_lane(most, 0), wasm_f64x2_extract_lane(most, 1));
  if (j < m) {
    row[j] = logs[j] - cost[j] * rate;
    largest = fmax(largest, row[j]);
  }
  return largest;
}

// row[j] = exp(row[j] − most); the sum of them.
static double exponentiate(int m, double most, double *row) {
  pair sum = pair_zero();
  int j = 0;
  for (; j + 1 < m; j += 2) {
    const pair value = pair_exp(wasm_f64x2_sub(pair_load(row + j), pair_of(most)));
    pair_store(row + j, value);
    sum = wasm_f64x2_add(sum, value);
  }
  double total = pair_sum(sum);
  if (j < m) {
    row[j] = wasm_f64x2_extract_lane(pair_exp(pair_of(row[j] - most)), 0);
    total += row[j];
  }
  return total;
}

static void make_rows(int thread, int threads, void *argument) {
  scaling *state = argument;
  const int m = state->m;
  const double epsilon = state->epsilon;
  const int last = share_start(state->n, thread + 1, threads, 1);
  for (int i = share_start(state->n, thread, threads, 1); i < last; i++) {
    double *row = state->kernel + (size_t)i * m;
    const double most = fill_exponents(m, state->logs, state->cost + (size_t)i * m, 1 / epsilon, row);
    const double sum = exponentiate(m, most, row);
    state->f[i] = potential_of(state, most + log(sum));
    const pair factor = pair_of(state->supply[i] * exp((state->f[i] + state->lambda) / epsilon + most));
    int j = 0;
    for (; j + 1 < m; j += 2) pair_store(row + j, wasm_f64x2_mul(pair_load(row + j), factor));
    if (j < m) row[j] *= wasm_f64x2_extract_lane(factor, 0);
    state->u[i] = 1;
  }
}

static void make_kernel(scaling *state) {
  for (int j = 0; j < state->m; j++) {
    state->logs[j] = log(state->demand[j]) + state->g[j] / state->epsilon;
    state->v[j] = 1;
  }
  state->factor = 1;
  run_in_parallel(make_rows, state);
}

static void update_column_potentials(scaling *state) {
  const double epsilon = state->epsilon;
  const int m = state->m;
  // The kernel, which is about to be made again, has room for the exponents of one row.
  double *row = state->kernel;
  for (int j = 0; j < m; j++) {
    state->logs[j] = 0;
    state->most[j] = -INFINITY;
    state->sums[j] = 0;
  }
  for (int i = 0; i < state->n; i++) {
    const double own = log(state->supply[i]) + state->f[i] / epsilon;
    fill_exponents(m, state->logs, state->cost + (size_t)i * m, 1 / epsilon, row);
    for (int j = 0; j < m; j++) {
      const double exponent = row[j] + own;
      state->most[j] = exponent > state->most[j] ? exponent : state->most[j];
    }
  }
  for (int i = 0; i < state->n; i++) {
    const double own = log(state->supply[i]) + state->f[i] / epsilon;
    fill_exponents(m, state->logs, state->cost + (size_t)i * m, 1 / epsilon, row);
    int j = 0;
    for (; j + 1 < m; j += 2) {
      const pair exponent = wasm_f64x2_sub(wasm_f64x2_add(pair_load(row + j), pair_of(own)), pair_load(state->most + j));
      pair_store(state->sums + j, wasm_f64x2_add(pair_load(state->sums + j), pair_exp(exponent)));
    }
    if (j < m) state->sums[j] += exp(row[j] + own - state->most[j]);
  }
  for (int j = 0; j < m; j++) state->g[j] = potential_of(state, state->most[j] + log(state->sums[j]));
}

static void absorb(scaling *state) {
  const double epsilon = state->epsilon;
  for (int i = 0; i < state->n; i++) {
    const double change = epsilon * log(state->u[i]);
    if (fabs(change) < INFINITY) state->f[i] += change;
  }
  const double change = epsilon * log(state->factor);
  if (fabs(change) < INFINITY) state->lambda += change;
}

static void start_again(scaling *state, double next) {
  absorb(state);
  state->epsilon = next;
  update_column_potentials(state);
  make_kernel(state);
}

static void pass_over_rows(int thread, int threads, void *argument) {
  scaling *state = argument;
  const int m = state->m;
  double *sums = state->sums + (size_t)thread * m;
  for (int j = 0; j < m; j++) sums[j] = 0;
  const int last = share_start(state->n, thread + 1, threads, 1);
  for (int i = share_start(state->n, thread, threads, 1); i < last; i++) {
    const double *row = state->kernel + (size_t)i * m;
    const double sum = dot(m, row, state->v) * state->factor;
    state->u[i] = relaxed(state, state->u[i], factor_of(state, state->supply[i] / sum, state->f[i]));
    axpy(m, state->u[i], row, sums);
  }
}

static double pass(scaling *state) {
  const int m = state->m;
  run_in_parallel(pass_over_rows, state);
  for (int t = 1; t < thread_count(); t++) axpy(m, 1, state->sums + (size_t)t * m, state->sums);
  double moved = 0;
  double total = 0;
  for (int j = 0; j < m; j++) {
    const double marginal = state->sums[j] * state->factor;
    const double plain = factor_of(state, state->demand[j] / marginal, state->g[j]);
    moved += fabs(plain - state->v[j]) * marginal;
    const double factor = relaxed(state, state->v[j], plain);
    total += factor * state->sums[j];
    state->v[j] = factor;
  }
  if (state->rule != AT_MOST) return moved;
  moved += fabs(total * state->factor - state->strength);
  state->factor = state->strength / total;
  return moved;
}

static int is_ordinary(double factor) { return factor < largest_factor && factor > 1 / largest_factor; }

static int are_ordinary(int count, const double *factors) {
  for (int i = 0; i < count; i++) {
    if (!is_ordinary(factors[i])) return 0;
  }
  return 1;
}

static double relaxation(double omega, double rate) {
  if (omega == 1 && !(rate >= slow_rate)) return 1;
  if (!(rate < 1)) return fmax(1, 2 * omega - 2);
  if (rate <= omega - 1) return omega;
  const double shift = rate + omega - 1;
  const double plain_rate = shift * shift / (rate * (omega * omega));
  return 2 / (1 + sqrt(1 - fmin(plain_rate, largest_rate)));
}

static void iterate(scaling *state, double limit, double tolerance) {
  const int may_relax = state->rule == EXACT;
  state->residual = INFINITY;
  double omega = 1;
  double measured = INFINITY;
  int is_last = 0;
  for (int passes = 1; state->iterations < limit; passes++) {
    state->iterations += 1;
    is_last = is_last || omega == 1 || state->iterations == limit;
    state->omega = is_last ? 1 : omega;
    state->residual = pass(state);
    const int in_range = are_ordinary(state->n, state->u) && are_ordinary(state->m, state->v) &&
                         is_ordinary(state->factor);
    if (!in_range) start_again(state, state->epsilon);
    const int is_done = state->residual <= tolerance;
    if (is_done && is_last) break;
    is_last = is_done;
    if (!may_relax || passes % measured_passes != 0) continue;
    omega = relaxation(omega, pow(state->residual / measured, 1.0 / measured_passes));
    measured = state->residual;
  }
}

// Makes the kernel the plan; answers what the plan costs.
static double scale_kernel(scaling *state) {
  const int m = state->m;
  double total = 0;
  for (int i = 0; i < state->n; i++) {
    double *row = state->kernel + (size_t)i * m;
    const pair factor = pair_of(state->u[i] * state->factor);
    int j = 0;
    for (; j + 1 < m; j += 2) {
      pair_store(row + j, wasm_f64x2_mul(pair_load(row + j), wasm_f64x2_mul(factor, pair_load(state->v + j))));
    }
    if (j < m) row[j] *= state->u[i] * state->factor * state->v[j];
    total += dot(m, row, state->cost + (size_t)i * m);
  }
  for (int j = 0; j < m; j++) state->g[j] += state->epsilon * log(state->v[j]);
  absorb(state);
  return total;
}

static double range_of(size_t count, const double *values) {
  pair least = pair_of(values[0]);
  pair most = least;
  size_t p = 0;
  for (; p + 1 < count; p += 2) {
    least = wasm_f64x2_pmin(least, pair_load(values + p));
    most = wasm_f64x2_pmax(most, pair_load(values + p));
  }
  if (p < count) {
    least = wasm_f64x2_pmin(least, pair_of(values[p]));
    most = wasm_f64x2_pmax(most, pair_of(values[p]));
  }
  return fmax(wasm_f64x2_extract_lane(most, 0), wasm_f64x2_extract_lane(most, 1)) -
         fmin(wasm_f64x2_extract_lane(least, 0), wasm_f64x2_extract_lane(least, 1));
}

static int allocate_scaling(scaling *state) {
  state->u = heap_doubles(state->n);
  state->v = heap_doubles(state->m);
  state->sums = heap_doubles((uint64_t)state->m * thread_count());
  state->logs = heap_doubles(state->m);
  state->most = heap_doubles(state->m);
  return state->u && state->v && state->sums && state->logs && state->most;
}

// Row-major cost and plan [n, m]; f [n] and g [m] are written too. `outcome` holds the most passes and the tolerance, and
// then the passes taken, the mass moved by the last one, and the cost of the plan. Answers 0 or OUT_OF_MEMORY.
EXPORT("solveScaling") int solve_scaling(int n, int m, const double *cost, const double *supply, const double *demand,
                                         int rule, double strength, double epsilon, double *outcome, double *plan,
                                         double *f, double *g) {
  const heap_mark mark = heap_top();
  scaling state = {
      .n = n, .m = m, .cost = cost, .supply = supply, .demand = demand, .rule = rule, .strength = strength,
      .kernel = plan, .f = f, .g = g, .epsilon = epsilon, .factor = 1,
  };
  if (!allocate_scaling(&state)) {
    heap_release(mark);
    return OUT_OF_MEMORY;
  }
  for (int i = 0; i < n; i++) f[i] = 0;
  for (int j = 0; j < m; j++) g[j] = 0;
  const double range = range_of((size_t)n * m, cost);
  while (range > safe_range * state.epsilon) state.epsilon *= annealing_factor;
  make_kernel(&state);
  while (state.epsilon > epsilon) {
    iterate(&state, fmin(outcome[0], state.iterations + stage_iterations), stage_tolerance);
    start_again(&state, fmax(epsilon, state.epsilon / annealing_factor));
  }
  iterate(&state, outcome[0], outcome[1]);
  outcome[2] = scale_kernel(&state);
  for (int i = 0; i < n; i++) f[i] += state.lambda;
  outcome[0] = state.iterations;
  outcome[1] = state.residual;
  heap_release(mark);
  return 0;
}
