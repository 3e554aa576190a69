"""Times NumPy, SciPy, scikit-learn and POT for tools/bench/feature/speed.mjs.

Started with a folder, a data set and a method, it reads one JSON request per line: {"share": 1} does once what the method
does and answers with the seconds of processor time it took. Without them, {} is answered with the names of the methods.
"""
import json
import resource
import sys
import time
import warnings

import numpy as np
import scipy.linalg as la
import scipy.sparse as sp

warnings.simplefilter("ignore")


def dense(x):
    return x.toarray() if sp.issparse(x) else x


def power(c, p):
    w, v = la.eigh(c)
    return (v * np.maximum(w, 1e-300) ** p) @ v.T


def low_rank(x):
    """Eigenvectors and eigenvalues of the covariance, from the smaller of two matrices."""
    n = x.shape[0]
    m = np.asarray(x.mean(0)).ravel()
    k = dense(x @ x.T)
    a = x @ m
    k = (k - a[:, None] - a[None, :] + m @ m) / (n - 1)
    w, v = la.eigh(k)
    keep = w > w[-1] * max(x.shape) * np.finfo(float).eps
    w, v = w[keep], v[:, keep]
    c = v / np.sqrt(w * (n - 1))
    return x.T @ c - np.outer(m, c.sum(0)), w


def coral(d):
    s, t = d.xs, d.xt
    if s.shape[0] + t.shape[0] > s.shape[1]:
        s, t = dense(s), dense(t)
        i = np.eye(s.shape[1])
        return s @ (power(np.cov(s.T) + i, -0.5) @ power(np.cov(t.T) + i, 0.5))
    (us, ws), (ut, wt) = low_rank(s), low_rank(t)
    z = dense(s) + ((s @ us) * (1 / np.sqrt(1 + ws) - 1)) @ us.T
    return z + ((z @ ut) * (np.sqrt(1 + wt) - 1)) @ ut.T


def axes(x, k):
    if x.shape[0] <= x.shape[1]:
        u, w = low_rank(x)
        return u[:, np.argsort(-w)[:k]]
    c = np.cov(dense(x).T)
    n = len(c)
    return la.eigh(c, subset_by_index=[n - k, n - 1])[1][:, ::-1]


def subspace_alignment(d):
    a, b = axes(d.xs, 20), axes(d.xt, 20)
    ms, mt = np.asarray(d.xs.mean(0)).ravel(), np.asarray(d.xt.mean(0)).ravel()
    turned = a @ (a.T @ b)
    return d.xs @ turned - ms @ turned, d.xt @ b - mt @ b


def flow(d):
    a, b = axes(d.xs, 20), axes(d.xt, 20)
    u, c, vt = np.linalg.svd(a.T @ b)
    start, end = a @ u, b @ vt.T
    across = end - start * c
    sine = np.linalg.norm(across, axis=0)
    return start, across / np.maximum(sine, 1e-300), np.arctan2(sine, c)


def gfk(d):
    start, across, t = flow(d)
    r = np.sin(2 * t) / (2 * t)
    l1, l2, l3 = (1 + r) / 2, (np.cos(2 * t) - 1) / (4 * t), (1 - r) / 2
    along = np.sqrt(l1)
    f = np.hstack([start * along - across * (l2 / along), across * np.sqrt(np.maximum(0, l3 - l2**2 / l1))])
    return d.xs @ f, d.xt @ f


def sgf(d):
    start, across, t = flow(d)
    f = np.hstack([start * np.cos(s * t) + across * np.sin(s * t) for s in np.linspace(0, 1, 8)])
    return d.xs @ f, d.xt @ f


def linear_monge(d):
    import ot

    return ot.da.LinearTransport(reg=1e-6).fit(Xs=d.xs, Xt=d.xt).transform(Xs=d.xs)


def exact(d):
    import ot

    return ot.da.EMDTransport(norm="max").fit(Xs=d.xs, Xt=d.xt).transform(Xs=d.xs)


def entropic(d):
    import ot

    t = ot.da.SinkhornTransport(reg_e=0.01, norm="max", max_iter=10000)
    return t.fit(Xs=d.xs, Xt=d.xt).transform(Xs=d.xs)


def unit(x):
    return x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-300)


def tca_of(d, k):
    n, m = d.xs.shape[0], d.xt.shape[0]
    e = np.r_[np.full(n, 1 / n), np.full(m, -1 / m)]
    g = k @ e
    c = k - k.mean(0)
    b = np.outer(g, g) / (e @ e) + np.eye(n + m)
    return k @ la.eigh(c.T @ c, b, subset_by_index=[n + m - 30, n + m - 1])[1]


def tca(d):
    x = unit(np.vstack([dense(d.xs), dense(d.xt)]))
    return tca_of(d, x @ x.T)


def tca_rbf(d):
    x = unit(np.vstack([dense(d.xs), dense(d.xt)]))
    q = (x * x).sum(1)
    distances = np.maximum(q[:, None] + q[None, :] - 2 * x @ x.T, 0)
    return tca_of(d, np.exp(-distances / (2 * np.median(distances[np.triu_indices(len(x), 1)]))))


def jda(d):
    from sklearn.neighbors import KNeighborsClassifier

    x = unit(np.vstack([dense(d.xs), dense(d.xt)]))
    n, m = d.xs.shape[0], d.xt.shape[0]
    k = min(100, x.shape[1])
    scatter = (x - x.mean(0)).T @ (x - x.mean(0))
    classes = np.unique(d.ys)
    guess = None
    for _ in range(10):
        es = [np.r_[np.full(n, 1 / n), np.full(m, -1 / m)] * np.sqrt(len(classes))]
        for c in classes if guess is not None else []:
            e = np.zeros(n + m)
            e[:n][d.ys == c] = 1 / (d.ys == c).sum()
            if (guess == c).any():
                e[n:][guess == c] = -1 / (guess == c).sum()
            es.append(e)
        es = np.array(es)
        g = es @ x
        b = g.T @ g / np.linalg.norm(es @ es.T) + np.eye(x.shape[1])
        p = x.shape[1]
        z = unit(x @ la.eigh(scatter, b, subset_by_index=[p - k, p - 1])[1])
        new = KNeighborsClassifier(1, algorithm="brute").fit(z[:n], d.ys).predict(z[n:])
        if guess is not None and (new == guess).all():
            break
        guess = new
    return z


def denoise(h, p, goal):
    n, f = h.shape
    x = sp.hstack([h, np.ones((n, 1))]).tocsr() if sp.issparse(h) else np.hstack([h, np.ones((n, 1))])
    s = dense(x.T @ x)
    q = np.r_[np.full(f, 1 - p), 1]
    big = s * np.outer(q, q)
    np.fill_diagonal(big, s.diagonal() * q)
    big[np.arange(f), np.arange(f)] += 1e-5
    w = la.solve(big, dense(x.T @ goal) * q[:, None], assume_a="pos")
    return h @ w[:-1] + w[-1]


def msda(d):
    h = np.vstack([dense(d.xs), dense(d.xt)])
    out = [h]
    for _ in range(5):
        out.append(np.tanh(denoise(out[-1], 0.5, out[-1])))
    return np.hstack(out)


def msda_fast(d):
    x = sp.vstack([d.xs, d.xt]).tocsr() if sp.issparse(d.xs) else np.vstack([d.xs, d.xt])
    f = x.shape[1]
    r = min(500, f)
    frequent = np.argsort(-np.asarray((x != 0).sum(0)).ravel(), kind="stable")[:r]
    blocks = np.array_split(np.random.RandomState(0).permutation(f), -(-f // r))
    goal = x[:, frequent]
    h = np.tanh(sum(denoise(x[:, b], 0.5, goal) for b in blocks) / len(blocks))
    return sp.hstack([x, h]).tocsr() if sp.issparse(x) else np.hstack([x, h])


def scl(d):
    x = sp.vstack([d.xs, d.xt]).tocsr() if sp.issparse(d.xs) else np.vstack([d.xs, d.xt])
    shares = [np.asarray((part > 0).mean(0)).ravel() for part in (d.xs, d.xt)]
    pivots = np.argsort(-np.minimum(*shares), kind="stable")[: min(100, x.shape[1] // 2)]
    y = np.where(dense(x[:, pivots]) > 0, 1.0, -1.0)
    keep = np.ones(x.shape[1])
    keep[pivots] = 0
    z = x @ sp.diags(keep) if sp.issparse(x) else x * keep
    if z.shape[0] < z.shape[1]:
        w = z.T @ la.solve(dense(z @ z.T) + np.eye(z.shape[0]), y, assume_a="pos")
    else:
        w = la.solve(dense(z.T @ z) + np.eye(z.shape[1]), z.T @ y, assume_a="pos")
    theta = np.linalg.svd(w, full_matrices=False)[0][:, :25]
    return x @ theta


def sfa(d):
    from scipy.sparse.linalg import svds

    x = sp.vstack([d.xs, d.xt]).tocsr() if sp.issparse(d.xs) else np.vstack([d.xs, d.xt])
    counts = [np.asarray((part > 0).sum(0)).ravel() for part in (d.xs, d.xt)]
    p, q = counts[0] / d.xs.shape[0], counts[1] / d.xt.shape[0]

    def entropy(p):
        p = np.clip(p, 1e-300, 1 - 1e-16)
        return -p * np.log(p) - (1 - p) * np.log1p(-p)

    told = entropy((p + q) / 2) - (entropy(p) + entropy(q)) / 2
    told[(counts[0] < 5) | (counts[1] < 5)] = np.inf
    independent = np.sort(np.argsort(told, kind="stable")[: min(500, x.shape[1] // 2)])
    rest = np.setdiff1d(np.arange(x.shape[1]), independent)
    m = dense(((x[:, rest] > 0) * 1.0).T @ ((x[:, independent] > 0) * 1.0))
    a, b = np.maximum(m.sum(1), 1e-300), np.maximum(m.sum(0), 1e-300)
    u = svds(m / np.sqrt(a)[:, None] / np.sqrt(b), k=min(100, min(m.shape) - 1))[0]
    return x[:, rest] @ u


def fmmd(d):
    gap = (np.asarray(d.xs.mean(0)) - np.asarray(d.xt.mean(0))).ravel() ** 2
    scores = gap / np.linalg.norm(gap)
    order = np.sort(scores)
    bound = order[np.argmax(np.diff(order))]
    return d.xs[:, scores <= bound], d.xt[:, scores <= bound]


def logistic():
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=1, max_iter=1000, tol=1e-6)


def easyadapt(d):
    stack = (lambda parts: sp.hstack(parts).tocsr()) if sp.issparse(d.xs) else np.hstack
    zero = lambda x: x * 0
    s = stack([d.xs, d.xs, zero(d.xs)])
    t = stack([d.xl, zero(d.xl), d.xl])
    new = stack([d.xt, zero(d.xt), d.xt])
    x = sp.vstack([s, t]).tocsr() if sp.issparse(s) else np.vstack([s, t])
    return logistic().fit(x, np.r_[d.ys, d.yl]).predict(new)


def pred(d):
    stack = (lambda parts: sp.hstack(parts).tocsr()) if sp.issparse(d.xs) else np.hstack
    f = logistic().fit(d.xs, d.ys)
    g = logistic().fit(stack([d.xl, f.predict_proba(d.xl)]), d.yl)
    return g.predict(stack([d.xt, f.predict_proba(d.xt)]))


def easytl(d):
    from scipy.optimize import linprog

    means = np.array([np.asarray(d.xs[d.ys == c].mean(0)).ravel() for c in np.unique(d.ys)])
    x = dense(d.xt)
    q = (x * x).sum(1)[:, None] + (means * means).sum(1)[None, :] - 2 * x @ means.T
    cost = np.sqrt(np.maximum(q, 0))
    n, c = cost.shape
    rows = sp.kron(sp.eye(n), np.ones((1, c)))
    columns = sp.kron(np.ones((1, n)), sp.eye(c))
    return linprog(cost.ravel(), A_ub=-columns, b_ub=-np.ones(c), A_eq=rows, b_eq=np.ones(n), bounds=(0, 1), method="highs")


peers = {
    "coral": coral,
    "subspace-alignment": subspace_alignment,
    "gfk": gfk,
    "sgf": sgf,
    "linear-monge": linear_monge,
    "ot": exact,
    "ot entropic": entropic,
    "tca": tca,
    "tca rbf": tca_rbf,
    "jda": jda,
    "msda": msda,
    "msda fast": msda_fast,
    "scl": scl,
    "sfa": sfa,
    "fmmd": fmmd,
    "easyadapt": easyadapt,
    "pred": pred,
    "easytl": easytl,
}


class Rows:
    def __init__(self, folder):
        def matrix(name):
            with open(f"{folder}/{name}.json") as file:
                shape = json.load(file)
            values = np.fromfile(f"{folder}/{name}.f64")
            size = (shape["rows"], shape["columns"])
            if shape["format"] == "dense":
                return values.reshape(size)
            starts, columns = (np.fromfile(f"{folder}/{name}.{kind}", np.int32) for kind in ("starts", "columns"))
            return sp.csr_matrix((values, columns, starts), size)

        self.xs, self.xt, self.xl = (matrix(name) for name in ("xs", "xt", "xl"))
        self.ys, self.yl = (np.fromfile(f"{folder}/{name}.f64").astype(int) for name in ("ys", "yl"))


try:
    import ot  # noqa: F401
except ImportError:
    for name in ("linear-monge", "ot", "ot entropic"):
        del peers[name]

rows = Rows(f"{sys.argv[1]}/{sys.argv[2]}") if len(sys.argv) > 3 else None
for line in sys.stdin:
    if rows is None:
        print(json.dumps(list(peers)), flush=True)
        continue
    start = time.process_time()
    peers[sys.argv[3]](rows)
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "megabytes": peak}), flush=True)
