// The network simplex for exact transport: the same steps as src/transport in TypeScript, which explains them, with a
// pricing loop that looks at two arcs at a time. Nodes are the sources 0 … n − 1 and the targets n … n + m − 1; the root
// is the last target.
#include <math.h>
#include <stddef.h>

#include "heap.h"
#include "simd.h"

enum { NONE = -1 };

static const double rounding_errors = 2 * 0x1p-52;
static const double units_of_mass = 0x1p52;

typedef struct {
  int n, m, nodes, root;
  const double *cost;
  const double *supply, *demand;  // in whole units
  double *potential;              // of the sources, then of the targets
  double *error;                  // sums of their magnitudes from the root to each node
  double *flow, *arc_cost;        // of the arc to the parent
  int *parent;
  int *next, *previous;  // in an order in which every subtree is one run, its top first
  int *last, *size;      // of the run
} spanning_tree;

static double cost_of(const spanning_tree *tree, int source, int target) {
  return tree->cost[(size_t)source * tree->m + (target - tree->n)];
}

static void link_nodes(spanning_tree *tree, int node, int next) {
  tree->next[node] = next;
  if (next != NONE) tree->previous[next] = node;
}

// Computes the potentials of some nodes in the order of the list, up to `end`.
static void price(spanning_tree *tree, int first, int end) {
  for (int node = first; node != end; node = tree->next[node]) {
    const int above = tree->parent[node];
    const double potential = tree->arc_cost[node] - tree->potential[above];
    tree->potential[node] = potential;
    tree->error[node] = tree->error[above] + fabs(potential);
  }
}

// `excess` is room for one entry per node.
static void send_flows(spanning_tree *tree, const double *supply, const double *demand, double *excess) {
  for (int i = 0; i < tree->n; i++) excess[i] = supply[i];
  for (int j = 0; j < tree->m; j++) excess[tree->n + j] = -demand[j];
  for (int node = tree->last[tree->root]; node != tree->root; node = tree->previous[node]) {
    const double sent = node < tree->n ? excess[node] : -excess[node];
    excess[tree->parent[node]] += excess[node];
    tree->flow[node] = sent > 0 ? sent : 0;
  }
}

static int apex_of(const spanning_tree *tree, int x, int y) {
  while (x != y) {
    if (tree->size[x] < tree->size[y]) x = tree->parent[x];
    else y = tree->parent[y];
  }
  return x;
}

// Takes the subtree below `leaving` off, turns it round so that `moved` is its top, and hangs it under `stays`.
static void move_subtree(spanning_tree *tree, int moved, int leaving, int stays, int apex) {
  int *parent = tree->parent;
  int *last = tree->last;
  int *size = tree->size;
  const int count = size[leaving];
  const int end = last[leaving];
  const int before = tree->previous[leaving];
  link_nodes(tree, before, tree->next[end]);
  for (int node = parent[leaving]; node != apex; node = parent[node]) size[node] -= count;
  for (int node = parent[leaving]; node != NONE && last[node] == end; node = parent[node]) last[node] = before;

  // The run of a node on the way up to `leaving` holds that of the one below, which comes first now; what is in front of
  // that and what is behind it follow.
  int tail = last[moved];
  int front = tree->previous[moved];
  int behind = tree->next[tail];
  int last_below = tail;
  int size_below = size[moved];
  size[moved] = count;
  int above = stays;
  for (int node = moved;;) {
    const int former_parent = parent[node];
    parent[node] = above;
    if (node == leaving) break;
    above = node;
    node = former_parent;
    const int former_last = last[node];
    const int former_size = size[node];
    const int former_front = tree->previous[node];
    const int former_behind = former_last == last_below ? behind : tree->next[former_last];
    link_nodes(tree, tail, node);
    tail = front;
    if (former_last != last_below) {
      link_nodes(tree, front, behind);
      tail = former_last;
    }
    size[node] = count - size_below;
    front = former_front;
    behind = former_behind;
    last_below = former_last;
    size_below = former_size;
  }
  for (int node = leaving; node != stays; node = parent[node]) last[node] = tail;

  link_nodes(tree, tail, tree->next[stays]);
  link_nodes(tree, stays, moved);
  for (int node = stays; node != apex; node = parent[node]) size[node] += count;
  for (int node = stays; node != NONE && last[node] == stays; node = parent[node]) last[node] = tail;
}

// Hands the arcs between `moved` and `leaving` to their other ends, and to `moved` the entering one.
static void turn_arcs(spanning_tree *tree, int moved, int leaving, double flow, double cost) {
  for (int node = moved;; node = tree->parent[node]) {
    const double former_flow = tree->flow[node];
    const double former_cost = tree->arc_cost[node];
    tree->flow[node] = flow;
    tree->arc_cost[node] = cost;
    if (node == leaving) return;
    flow = former_flow;
    cost = former_cost;
  }
}

static void pivot(spanning_tree *tree, int source, int target) {
  const int n = tree->n;
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
  turn_arcs(tree, moved, leaving, amount, cost_of(tree, source, target));
  move_subtree(tree, moved, leaving, on_target_side ? source : target, apex);
  price(tree, moved, tree->next[tree->last[moved]]);
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
  double reduced;      // of that arc
} row_search;

// Whether the reduced cost of an arc is less than the one found, and below zero by more than rounding errors.
static int is_better(const row_search *search, const spanning_tree *tree, int i, int j, double reduced) {
  if (!(reduced < search->reduced)) return 0;
  const double scale = fabs(cost_of(tree, i, tree->n + j)) + tree->error[i] + tree->error[tree->n + j];
  return reduced < -rounding_errors * scale;
}

static void search_row(row_search *search, const spanning_tree *tree, int i) {
  const int m = tree->m;
  const double *cost = tree->cost + (size_t)i * m;
  const double *v = tree->potential + tree->n;
  const double own = tree->potential[i];
  const double least = least_reduced(m, cost, own, v);
  if (!(least < search->reduced)) return;
  int first = 0;
  while (cost[first] - own - v[first] != least) first++;
  // Where the least is nothing but rounding errors another one may be more.
  const int is_clear = is_better(search, tree, i, first, least);
  const int end = is_clear ? first + 1 : m;
  for (int j = is_clear ? first : 0; j < end; j++) {
    const double reduced = cost[j] - own - v[j];
    if (!is_better(search, tree, i, j, reduced)) continue;
    search->reduced = reduced;
    search->source = i;
    search->target = tree->n + j;
  }
}

static int find_entering(row_search *search, const spanning_tree *tree) {
  const int n = tree->n;
  search->reduced = 0;
  for (int seen = 0; seen < n && search->reduced == 0;) {
    const int block_end = smaller(n, seen + search->block_rows);
    for (; seen < block_end; seen++) {
      const int i = search->next_row;
      search->next_row = i + 1 < n ? i + 1 : 0;
      search_row(search, tree, i);
    }
  }
  return search->reduced < 0;
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


// Turns the unordered arcs of the first tree into parents and runs, starting at the root.
static int hang(spanning_tree *tree) {
  const int nodes = tree->nodes;
  int *sources = heap_ints(nodes);
  int *targets = heap_ints(nodes);
  int *starts = heap_ints((uint64_t)nodes + 1);
  int *waiting = heap_ints(nodes);
  int *neighbours = heap_ints(2 * (uint64_t)nodes);
  if (!sources || !targets || !starts || !waiting || !neighbours) return 0;
  if (!find_starting_arcs(tree, sources, targets)) return 0;
  for (int node = 0; node <= nodes; node++) starts[node] = 0;
  for (int arc = 0; arc < nodes - 1; arc++) {
    starts[sources[arc] + 1]++;
    starts[targets[arc] + 1]++;
  }
  int *ends = waiting;
  for (int node = 0; node < nodes; node++) {
    starts[node + 1] += starts[node];
    ends[node] = starts[node];
    tree->last[node] = node;
    tree->size[node] = 1;
  }
  for (int arc = 0; arc < nodes - 1; arc++) {
    neighbours[ends[sources[arc]]++] = targets[arc];
    neighbours[ends[targets[arc]]++] = sources[arc];
  }
  int count = 1;
  int before = NONE;
  waiting[0] = tree->root;
  tree->parent[tree->root] = tree->previous[tree->root] = NONE;
  while (count > 0) {
    const int node = waiting[--count];
    if (before != NONE) link_nodes(tree, before, node);
    before = node;
    const int above = tree->parent[node];
    if (above != NONE) tree->arc_cost[node] = node < tree->n ? cost_of(tree, node, above) : cost_of(tree, above, node);
    for (int p = starts[node]; p < starts[node + 1]; p++) {
      if (neighbours[p] == above) continue;
      tree->parent[neighbours[p]] = node;
      waiting[count++] = neighbours[p];
    }
  }
  tree->next[before] = NONE;
  for (int node = before; node != tree->root; node = tree->previous[node]) {
    const int above = tree->parent[node];
    tree->size[above] += tree->size[node];
    if (tree->last[above] == above) tree->last[above] = tree->last[node];
  }
  tree->potential[tree->root] = tree->error[tree->root] = 0;
  price(tree, tree->next[tree->root], NONE);
  return 1;
}

static int allocate_tree(spanning_tree *tree) {
  tree->potential = heap_doubles(tree->nodes);
  tree->error = heap_doubles(tree->nodes);
  tree->arc_cost = heap_doubles(tree->nodes);
  tree->next = heap_ints(tree->nodes);
  tree->previous = heap_ints(tree->nodes);
  tree->last = heap_ints(tree->nodes);
  tree->size = heap_ints(tree->nodes);
  return tree->potential && tree->error && tree->arc_cost && tree->next && tree->previous && tree->last && tree->size;
}

static double count_mass(double mass, double total) { return floor(mass / total * units_of_mass + 0.5); }

// Supply and demand in whole units with equal sums.
static void count_units(spanning_tree *tree, const double *supply, const double *demand, double *units) {
  const int n = tree->n;
  const int m = tree->m;
  double total = 0;
  for (int i = 0; i < n; i++) total += supply[i];
  double left = 0;
  for (int i = 0; i < n; i++) left += units[i] = count_mass(supply[i], total);
  for (int j = 0; j < m; j++) left -= units[n + j] = count_mass(demand[j], total);
  for (int j = 0; left != 0; j = j + 1 < m ? j + 1 : 0) {
    const double change = left > 0 ? 1 : units[n + j] > 0 ? -1 : 0;
    units[n + j] += change;
    left -= change;
  }
  tree->supply = units;
  tree->demand = units + n;
}

// Row-major cost [n, m], positive supply [n] and demand [m] of equal sums. Writes the parent of every node and the flow
// on the arc between [n + m each; the root has parent −1], and the potentials. `steps` holds the most there may be and
// then how many there were. Answers 0, 1 when they did not suffice, or OUT_OF_MEMORY.
EXPORT("solveTransport") int solve_transport(int n, int m, const double *cost, const double *supply,
                                             const double *demand, double *steps, int *parents, double *flows,
                                             double *source_potentials, double *target_potentials) {
  const heap_mark mark = heap_top();
  spanning_tree tree = {
      .n = n, .m = m, .nodes = n + m, .root = n + m - 1, .cost = cost, .flow = flows, .parent = parents,
  };
  double *units = heap_doubles(tree.nodes);
  double *excess = heap_doubles(tree.nodes);
  if (!units || !excess || !allocate_tree(&tree)) {
    heap_release(mark);
    return OUT_OF_MEMORY;
  }
  count_units(&tree, supply, demand, units);
  if (!hang(&tree)) {
    heap_release(mark);
    return OUT_OF_MEMORY;
  }
  send_flows(&tree, tree.supply, tree.demand, excess);
  row_search search = {.block_rows = larger(1, (int)ceil(sqrt((double)n * m) / m))};
  const double most = *steps;
  int optimal = 0;
  for (*steps = 0; *steps < most; *steps += 1) {
    optimal = !find_entering(&search, &tree);
    if (optimal) break;
    pivot(&tree, search.source, search.target);
  }
  send_flows(&tree, supply, demand, excess);
  for (int i = 0; i < n; i++) source_potentials[i] = tree.potential[i];
  for (int j = 0; j < m; j++) target_potentials[j] = tree.potential[n + j];
  heap_release(mark);
  return !optimal;
}
