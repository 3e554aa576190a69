// The network simplex for exact transport: the same steps as src/transport in TypeScript, which explains them, with a
// pricing loop that looks at two arcs at a time. Nodes are the sources 0 … n − 1 and the targets n … n + m − 1; the root
// is the last target.
#include <math.h>
#include <stddef.h>

#include "heap.h"
#include "simd.h"

enum { NONE = -1 };

static const double tolerance = 64 * 0x1p-52;

typedef struct {
  int n, m, nodes, root;
  const double *cost;
  const double *supply, *demand;
  double *u, *v;  // potentials of sources and targets
  double *flow;   // on the arc to the parent
  int *parent, *depth, *first_child, *next, *previous;
} spanning_tree;

static double cost_of(const spanning_tree *tree, int source, int target) {
  return tree->cost[(size_t)source * tree->m + (target - tree->n)];
}

static void attach(spanning_tree *tree, int node, int above) {
  const int first = tree->first_child[above];
  tree->parent[node] = above;
  tree->previous[node] = NONE;
  tree->next[node] = first;
  if (first != NONE) tree->previous[first] = node;
  tree->first_child[above] = node;
}

static void detach(spanning_tree *tree, int node) {
  const int before = tree->previous[node];
  const int after = tree->next[node];
  if (before != NONE) tree->next[before] = after;
  else tree->first_child[tree->parent[node]] = after;
  if (after != NONE) tree->previous[after] = before;
}

// The node after `node` when the subtree below `top` is walked, parents first.
static int following(const spanning_tree *tree, int node, int top) {
  if (tree->first_child[node] != NONE) return tree->first_child[node];
  for (; node != top; node = tree->parent[node]) {
    if (tree->next[node] != NONE) return tree->next[node];
  }
  return NONE;
}

static void refresh_potentials(spanning_tree *tree) {
  const int root = tree->root;
  tree->v[root - tree->n] = 0;
  for (int node = following(tree, root, root); node != NONE; node = following(tree, node, root)) {
    const int above = tree->parent[node];
    tree->depth[node] = tree->depth[above] + 1;
    if (node < tree->n) tree->u[node] = cost_of(tree, node, above) - tree->v[above - tree->n];
    else tree->v[node - tree->n] = cost_of(tree, above, node) - tree->u[above];
  }
}

// `excess` and `order` are room for one entry per node.
static void refresh_flows(spanning_tree *tree, double *excess, int *order) {
  const int root = tree->root;
  for (int i = 0; i < tree->n; i++) excess[i] = tree->supply[i];
  for (int j = 0; j < tree->m; j++) excess[tree->n + j] = -tree->demand[j];
  int count = 0;
  for (int node = following(tree, root, root); node != NONE; node = following(tree, node, root)) order[count++] = node;
  while (count > 0) {
    const int node = order[--count];
    const double sent = node < tree->n ? excess[node] : -excess[node];
    excess[tree->parent[node]] += excess[node];
    tree->flow[node] = sent > 0 ? sent : 0;
  }
}

static int apex_of(const spanning_tree *tree, int x, int y) {
  while (x != y) {
    if (tree->depth[x] >= tree->depth[y]) x = tree->parent[x];
    else y = tree->parent[y];
  }
  return x;
}

static void turn_stem(spanning_tree *tree, int moved, int leaving, int stays, double amount) {
  int node = moved;
  int above = stays;
  double flow = amount;
  for (;;) {
    const int former_parent = tree->parent[node];
    const double former_flow = tree->flow[node];
    detach(tree, node);
    attach(tree, node, above);
    tree->flow[node] = flow;
    if (node == leaving) return;
    above = node;
    flow = former_flow;
    node = former_parent;
  }
}

static void shift_subtree(spanning_tree *tree, int top, double change) {
  for (int node = top; node != NONE; node = following(tree, node, top)) {
    tree->depth[node] = tree->depth[tree->parent[node]] + 1;
    if (node < tree->n) tree->u[node] += change;
    else tree->v[node - tree->n] -= change;
  }
}

static void pivot(spanning_tree *tree, int source, int target) {
  const int n = tree->n;
  const double reduced = cost_of(tree, source, target) - tree->u[source] - tree->v[target - n];
  const int apex = apex_of(tree, source, target);
  double amount = INFINITY;
  int leaving = NONE;
  int on_target_side = 0;
  for (int node = source; node != apex; node = tree->parent[node]) {
    if (node < n && tree->flow[node] < amount) {
      amount = tree->flow[node];
      leaving = node;
    }
  }
  for (int node = target; node != apex; node = tree->parent[node]) {
    if (node >= n && tree->flow[node] <= amount) {
      amount = tree->flow[node];
      leaving = node;
      on_target_side = 1;
    }
  }
  if (amount > 0) {
    for (int node = source; node != apex; node = tree->parent[node]) tree->flow[node] += node < n ? -amount : amount;
    for (int node = target; node != apex; node = tree->parent[node]) tree->flow[node] += node < n ? amount : -amount;
  }
  const int moved = on_target_side ? target : source;
  turn_stem(tree, moved, leaving, on_target_side ? source : target, amount);
  shift_subtree(tree, moved, on_target_side ? -reduced : reduced);
}

static double least_reduced(int m, const double *cost, double own, const double *v) {
  pair even = pair_of(INFINITY);
  pair odd = even;
  int j = 0;
  for (; j + 3 < m; j += 4) {
    const pair first = wasm_f64x2_sub(wasm_f64x2_sub(pair_load(cost + j), pair_of(own)), pair_load(v + j));
    const pair second = wasm_f64x2_sub(wasm_f64x2_sub(pair_load(cost + j + 2), pair_of(own)), pair_load(v + j + 2));
    even = wasm_f64x2_pmin(even, first);
    odd = wasm_f64x2_pmin(odd, second);
  }
  even = wasm_f64x2_pmin(even, odd);
  double least = fmin(wasm_f64x2_extract_lane(even, 0), wasm_f64x2_extract_lane(even, 1));
  for (; j < m; j++) {
    const double reduced = cost[j] - own - v[j];
    if (reduced < least) least = reduced;
  }
  return least;
}

typedef struct {
  int block_rows, next_row;
  int source, target;  // of the arc found
} row_search;

static int find_entering(row_search *search, const spanning_tree *tree) {
  const int n = tree->n;
  const int m = tree->m;
  double best = 0;
  for (int seen = 0; seen < n;) {
    const int block_end = smaller(n, seen + search->block_rows);
    for (; seen < block_end; seen++) {
      const int i = search->next_row;
      search->next_row = i + 1 < n ? i + 1 : 0;
      const double *cost = tree->cost + (size_t)i * m;
      const double own = tree->u[i];
      const double least = least_reduced(m, cost, own, tree->v);
      if (!(least < best)) continue;
      int at = 0;
      while (cost[at] - own - tree->v[at] != least) at++;
      const double scale = fabs(cost[at]) + fabs(own) + fabs(tree->v[at]);
      if (least >= -tolerance * scale) continue;
      best = least;
      search->source = i;
      search->target = n + at;
    }
    if (best < 0) return 1;
  }
  return 0;
}

// The first tree; src/transport/starting-tree.ts says how. Answers false when memory runs out.
static int find_starting_arcs(const spanning_tree *tree, int *sources, int *targets) {
  const int n = tree->n;
  const int m = tree->m;
  double *least = heap_doubles(m);
  double *left = heap_doubles(m);
  double *traces = heap_doubles(m);
  int *open = heap_ints(m);
  if (!least || !left || !traces || !open) return 0;
  for (int j = 0; j < m; j++) {
    least[j] = INFINITY;
    left[j] = tree->demand[j];
    traces[j] = j == m - 1 ? (double)n + m - 1 : -1;
    open[j] = j;
  }
  for (int i = 0; i < n; i++) {
    const double *cost = tree->cost + (size_t)i * m;
    for (int j = 0; j < m; j++) {
      if (cost[j] < least[j]) least[j] = cost[j];
    }
  }
  int open_count = m;
  int arc = 0;
  for (int i = 0; i < n; i++) {
    const double *cost = tree->cost + (size_t)i * m;
    double amount = tree->supply[i];
    double trace = 1;
    for (;;) {
      int best = 0;
      double best_price = INFINITY;
      for (int p = 0; p < open_count; p++) {
        const double price = cost[open[p]] - least[open[p]];
        if (price >= best_price) continue;
        best_price = price;
        best = p;
      }
      const int j = open[best];
      sources[arc] = i;
      targets[arc++] = n + j;
      const int served = amount < left[j] || (amount == left[j] && trace < traces[j]);
      if (i == n - 1 ? open_count == 1 : served || open_count == 1) {
        left[j] -= amount;
        traces[j] -= trace;
        break;
      }
      amount -= left[j];
      trace -= traces[j];
      open[best] = open[--open_count];
    }
  }
  return 1;
}

static void hang_children(spanning_tree *tree, int node, const int *starts, const int *neighbours, int *waiting,
                          int *count) {
  for (int p = starts[node]; p < starts[node + 1]; p++) {
    if (neighbours[p] == tree->parent[node]) continue;
    attach(tree, neighbours[p], node);
    waiting[(*count)++] = neighbours[p];
  }
}

static int hang(spanning_tree *tree) {
  const int nodes = tree->nodes;
  int *sources = heap_ints(nodes);
  int *targets = heap_ints(nodes);
  int *starts = heap_ints((uint64_t)nodes + 1);
  int *ends = heap_ints(nodes);
  int *neighbours = heap_ints(2 * (uint64_t)nodes);
  if (!sources || !targets || !starts || !ends || !neighbours) return 0;
  if (!find_starting_arcs(tree, sources, targets)) return 0;
  for (int node = 0; node <= nodes; node++) starts[node] = 0;
  for (int arc = 0; arc < nodes - 1; arc++) {
    starts[sources[arc] + 1]++;
    starts[targets[arc] + 1]++;
  }
  for (int node = 0; node < nodes; node++) {
    starts[node + 1] += starts[node];
    ends[node] = starts[node];
    tree->parent[node] = tree->first_child[node] = tree->next[node] = tree->previous[node] = NONE;
  }
  tree->depth[tree->root] = 0;
  for (int arc = 0; arc < nodes - 1; arc++) {
    neighbours[ends[sources[arc]]++] = targets[arc];
    neighbours[ends[targets[arc]]++] = sources[arc];
  }
  int *waiting = ends;
  int count = 0;
  hang_children(tree, tree->root, starts, neighbours, waiting, &count);
  while (count > 0) {
    const int node = waiting[--count];
    hang_children(tree, node, starts, neighbours, waiting, &count);
  }
  return 1;
}

static int allocate_tree(spanning_tree *tree) {
  tree->depth = heap_ints(tree->nodes);
  tree->first_child = heap_ints(tree->nodes);
  tree->next = heap_ints(tree->nodes);
  tree->previous = heap_ints(tree->nodes);
  return tree->depth && tree->first_child && tree->next && tree->previous;
}

// Row-major cost [n, m], positive supply [n] and demand [m] of equal sums. Writes the parent of every node and the flow
// on the arc between [n + m each; the root has parent −1], and the potentials. `steps` holds the most there may be and
// then how many there were. Answers 0, 1 when they did not suffice, or OUT_OF_MEMORY.
EXPORT("solveTransport") int solve_transport(int n, int m, const double *cost, const double *supply,
                                             const double *demand, double *steps, int *parents, double *flows,
                                             double *source_potentials, double *target_potentials) {
  const heap_mark mark = heap_top();
  spanning_tree tree = {
      .n = n, .m = m, .nodes = n + m, .root = n + m - 1, .cost = cost, .supply = supply, .demand = demand,
      .u = source_potentials, .v = target_potentials, .flow = flows, .parent = parents,
  };
  double *excess = heap_doubles(tree.nodes);
  int *order = heap_ints(tree.nodes);
  if (!excess || !order || !allocate_tree(&tree) || !hang(&tree)) {
    heap_release(mark);
    return OUT_OF_MEMORY;
  }
  refresh_potentials(&tree);
  refresh_flows(&tree, excess, order);
  row_search search = {.block_rows = larger(1, (int)ceil(sqrt((double)n * m) / m))};
  const double most = *steps;
  int optimal = 0;
  for (*steps = 0; *steps < most;) {
    if (find_entering(&search, &tree)) {
      pivot(&tree, search.source, search.target);
      *steps += 1;
      continue;
    }
    refresh_potentials(&tree);
    optimal = !find_entering(&search, &tree);
    if (optimal) break;
  }
  refresh_flows(&tree, excess, order);
  heap_release(mark);
  return !optimal;
}
