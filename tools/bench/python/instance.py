"""Times NumPy, scikit-learn and CVXOPT for tools/bench/instance.mjs.

Reads one JSON request per line. {"name", "n", "folder"} does once what the method of that name does, with the same options
on the rows in the folder, and answers with the seconds of processor time it took; {} is answered with the names it knows.
"""
import json
import sys
import time
import warnings

import numpy as np
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import cross_val_predict
from sklearn.neighbors import NearestNeighbors
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

try:
    import cvxopt
except ImportError:
    cvxopt = None

warnings.simplefilter("ignore")
widths = np.array([0.2, 0.35, 0.5, 0.7, 1, 1.4, 2, 3])
penalties = np.array([0.001, 0.01, 0.1, 1, 10])
n_centres = 100


def squared_distances(x, y):
    d = x @ y.T
    d *= -2
    d += (x * x).sum(1)[:, None]
    d += (y * y).sum(1)[None, :]
    return np.maximum(d, 0, out=d)


def rbf(x, y, gamma):
    k = squared_distances(x, y)
    k *= -gamma
    return np.exp(k, out=k)


def median_gamma(xs, xt):
    rows = np.vstack([xs[:500], xt[:500]])
    d = squared_distances(rows, rows)
    return 1 / (2 * np.median(d[np.triu_indices(len(rows), 1)]))


def kernel_mean_matching(d):
    n, bound = len(d.xs), 1000.0
    gamma = median_gamma(d.xs, d.xt)
    k = rbf(d.xs, d.xs, gamma)
    kappa = rbf(d.xs, d.xt, gamma).mean(1) * n
    epsilon = (np.sqrt(n) - 1) / np.sqrt(n)
    identity = cvxopt.spmatrix(1.0, range(n), range(n))
    ones = cvxopt.matrix(1.0, (1, n))
    g = cvxopt.sparse([identity, -identity, ones, -ones])
    h = cvxopt.matrix(np.r_[np.full(n, bound), np.zeros(n), n * (1 + epsilon), -n * (1 - epsilon)])
    cvxopt.solvers.options["show_progress"] = False
    cvxopt.solvers.qp(cvxopt.matrix(k), cvxopt.matrix(-kappa), g, h)


def likeliest(density, mean):
    """KLIEP's coefficients by gradient ascent with falling steps, as published (sugiyama2008)."""
    alpha = np.ones(len(mean))
    norm = mean @ mean

    def feasible(a):
        a = np.maximum(0, a + (1 - mean @ a) * mean / norm)
        return a / (mean @ a)

    alpha = feasible(alpha)
    score = np.log(density @ alpha).mean()
    for step in 10.0 ** np.arange(3, -4, -1):
        for _ in range(100):
            trial = feasible(alpha + step * (density.T @ (1 / (density @ alpha))))
            value = np.log(density @ trial).mean()
            if not value > score:
                break
            alpha, score = trial, value
    return alpha


def kliep(d):
    folds = np.arange(len(d.xt)) % 5
    best, chosen = -np.inf, None
    for gamma in median_gamma(d.xs, d.xt) / widths**2:
        score = 0.0
        for fold in range(5):
            train, test = d.xt[folds != fold], d.xt[folds == fold]
            centres = train[:n_centres]
            mean = rbf(d.xs, centres, gamma).mean(0)
            alpha = likeliest(rbf(train, centres, gamma), mean)
            score += np.log(np.maximum(rbf(test, centres, gamma) @ alpha, 1e-300)).sum()
        if score > best:
            best, chosen = score, gamma
    centres = d.xt[:n_centres]
    source = rbf(d.xs, centres, chosen)
    return source @ likeliest(rbf(d.xt, centres, chosen), source.mean(0))


def ulsif(d):
    """With the analytic leave-one-out score (kanamori2009), over as many pairs as graft takes."""
    centres = d.xt[:n_centres]
    ns, nt, b = len(d.xs), len(d.xt), len(centres)
    m = min(ns, nt, 500)
    best, chosen = np.inf, None
    for gamma in median_gamma(d.xs, d.xt) / widths**2:
        source, target = rbf(d.xs, centres, gamma), rbf(d.xt, centres, gamma)
        big_h, h = source.T @ source / ns, target.mean(0)
        x, y = source[:m].T, target[:m].T
        for penalty in penalties:
            inverse = np.linalg.inv(big_h + penalty * (ns - 1) / ns * np.eye(b))
            solved = inverse @ x
            across = ns - (x * solved).sum(0)
            b0 = (inverse @ h)[:, None] + solved * ((h @ solved) / across)
            b1 = inverse @ y + solved * ((y * solved).sum(0) / across)
            theta = np.maximum(0, (ns - 1) / (ns * (nt - 1)) * (nt * b0 - b1))
            score = ((x * theta).sum(0) ** 2).mean() / 2 - (y * theta).sum(0).mean()
            if score < best:
                best, chosen = score, (gamma, penalty)
    gamma, penalty = chosen
    source, target = rbf(d.xs, centres, gamma), rbf(d.xt, centres, gamma)
    theta = np.linalg.solve(source.T @ source / ns + penalty * np.eye(b), target.mean(0))
    return source @ np.maximum(0, theta)


def rulsif(d, relative=0.1):
    centres = d.xt[:n_centres]
    b = len(centres)
    fold_s, fold_t = np.arange(len(d.xs)) % 5, np.arange(len(d.xt)) % 5

    def moments(source, target):
        mix = relative * target.T @ target / len(target) + (1 - relative) * source.T @ source / len(source)
        return mix, target.mean(0)

    best, chosen = np.inf, None
    for gamma in median_gamma(d.xs, d.xt) / widths**2:
        source, target = rbf(d.xs, centres, gamma), rbf(d.xt, centres, gamma)
        scores = np.zeros(len(penalties))
        for fold in range(5):
            big_h, h = moments(source[fold_s != fold], target[fold_t != fold])
            held_h, held = moments(source[fold_s == fold], target[fold_t == fold])
            for k, penalty in enumerate(penalties):
                theta = np.maximum(0, np.linalg.solve(big_h + penalty * np.eye(b), h))
                scores[k] += theta @ held_h @ theta / 2 - held @ theta
        if scores.min() < best:
            best, chosen = scores.min(), (gamma, penalties[scores.argmin()])
    gamma, penalty = chosen
    source, target = rbf(d.xs, centres, gamma), rbf(d.xt, centres, gamma)
    big_h, h = moments(source, target)
    return source @ np.maximum(0, np.linalg.solve(big_h + penalty * np.eye(b), h))


def classifier_density_ratio(d):
    x = np.vstack([d.xs, d.xt])
    domain = np.r_[np.zeros(len(d.xs)), np.ones(len(d.xt))]
    model = LogisticRegression(max_iter=1000)
    p = cross_val_predict(model, x, domain, cv=5, method="predict_proba")[: len(d.xs), 1]
    model.fit(x, domain)
    w = np.clip(p, 1e-6, 1 - 1e-6)
    w = w / (1 - w)
    return np.minimum(w, np.quantile(w, 0.99))


def gaussian_ratio(d):
    def log_density(x, rows):
        c = np.cov(rows.T)
        factor = np.linalg.cholesky(c + 1e-3 * np.trace(c) / len(c) * np.eye(len(c)))
        z = np.linalg.solve(factor, (x - rows.mean(0)).T)
        return -(z * z).sum(0) / 2 - np.log(np.diag(factor)).sum()

    return np.exp(log_density(d.xs, d.xt) - log_density(d.xs, d.xs))


def kernel_density_ratio(d):
    nt, features = d.xt.shape
    gamma = 1 / (2 * d.xt.var(0).mean() * nt ** (-2 / (features + 4)))
    return rbf(d.xs, d.xt, gamma).mean(1) / rbf(d.xs, d.xs, gamma).mean(1)


def nearest_neighbour_weighting(d):
    nearest = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(d.xs)
    return 1 + np.bincount(nearest.kneighbors(d.xt, return_distance=False)[:, 0], minlength=len(d.xs))


def mmd_target_shift(d):
    gamma = median_gamma(d.xs, d.xt)
    k, cross = rbf(d.xs, d.xs, gamma), rbf(d.xs, d.xt, gamma).mean(1)
    indicator = np.stack([d.ys == 0, d.ys == 1], 1) / np.bincount(d.ys)
    a, b = indicator.T @ k @ indicator, indicator.T @ cross
    q = (b[0] - b[1] - a[0, 1] + a[1, 1]) / (a[0, 0] - 2 * a[0, 1] + a[1, 1])
    return np.clip([q, 1 - q], 0, 1)


def em_prior_shift(d):
    model = LogisticRegression(max_iter=1000).fit(d.xs, d.ys)
    posterior = model.predict_proba(d.xt)
    prior = np.bincount(d.ys) / len(d.ys)
    share = prior
    for _ in range(1000):
        q = posterior * share / prior
        q /= q.sum(1, keepdims=True)
        before, share = share, q.mean(0)
        if np.abs(share - before).max() <= 1e-8:
            break
    return (share / prior)[d.ys]


def posterior_correction(d):
    em_prior_shift(d)


def confusion(d):
    model = LogisticRegression(max_iter=1000)
    guess = cross_val_predict(model, d.xs, d.ys, cv=5)
    c = np.zeros((2, 2))
    np.add.at(c, (guess, d.ys), 1 / len(d.ys))
    mu = np.bincount(model.fit(d.xs, d.ys).predict(d.xt), minlength=2) / len(d.xt)
    return c, mu


def black_box_shift(d):
    c, mu = confusion(d)
    return np.maximum(0, np.linalg.solve(c, mu))[d.ys]


def rlls(d):
    c, mu = confusion(d)
    theta = np.linalg.solve(c.T @ c + 0.01 * np.eye(2), c.T @ (mu - c.sum(1)))
    return np.maximum(0, 1 + theta)[d.ys]


def boosted(d, correct):
    """TrAdaBoost with trees of depth 2 (dai2007), ten rounds."""
    x, y = np.vstack([d.xs, d.xl]), np.r_[d.ys, d.yl]
    n, rounds = len(d.xs), 20 if correct else 10
    beta = 1 / (1 + np.sqrt(2 * np.log(n) / rounds))
    w = np.full(len(x), 1 / len(x))
    models, betas = [], []
    for _ in range(rounds):
        w /= w.sum()
        tree = DecisionTreeClassifier(max_depth=2).fit(x, y, w)
        wrong = tree.predict(x) != y
        error = min(max((w[n:] * wrong[n:]).sum() / w[n:].sum(), 1e-10), 0.499)
        ratio = error / (1 - error)
        w[:n] *= (2 * (1 - error) if correct else 1) * beta ** wrong[:n]
        w[n:] *= ratio ** -wrong[n:].astype(float)
        models.append(tree)
        betas.append(ratio)
    votes = np.zeros((len(d.xt), 2))
    for tree, ratio in list(zip(models, betas))[rounds // 2 :]:
        votes[np.arange(len(d.xt)), tree.predict(d.xt)] += np.log(1 / ratio)
    return votes.argmax(1)


def multi_source_tradaboost(d, rounds=20):
    third = len(d.xs) // 3
    parts = [slice(k * third, (k + 1) * third) for k in range(3)]
    n = 3 * third
    x, y = np.vstack([d.xs[:n], d.xl]), np.r_[d.ys[:n], d.yl]
    w = np.full(len(x), 1 / len(x))
    fade = 0.5 * np.log(1 + np.sqrt(2 * np.log(n) / rounds))
    score = np.zeros(len(d.xt))
    for _ in range(rounds):
        w /= w.sum()
        best = (np.inf, None)
        for part in parts:
            rows = np.r_[np.arange(part.start, part.stop), np.arange(n, len(x))]
            tree = DecisionTreeClassifier(max_depth=2).fit(x[rows], y[rows], w[rows])
            wrong = tree.predict(x[n:]) != y[n:]
            error = (w[n:] * wrong).sum() / w[n:].sum()
            if error < best[0]:
                best = (error, tree)
        error, tree = min(max(best[0], 1e-10), 0.499), best[1]
        alpha = 0.5 * np.log((1 - error) / error)
        wrong = tree.predict(x) != y
        w[:n] *= np.exp(-2 * fade * wrong[:n])
        w[n:] *= np.exp(2 * alpha * wrong[n:])
        score += alpha * (2 * tree.predict(d.xt) - 1)
    return score > 0


def weighted_median(predictions, weights):
    order = np.argsort(predictions, 0)
    reached = np.cumsum(weights[order], 0) >= weights.sum() / 2
    return np.take_along_axis(predictions, np.take_along_axis(order, reached.argmax(0)[None], 0), 0)[0]


def tradaboost_r2(d, rounds=10):
    x, y = np.vstack([d.xs, d.xl]), np.r_[d.vs, d.vl]
    n = len(d.xs)
    beta = 1 / (1 + np.sqrt(2 * np.log(n) / rounds))
    w = np.full(len(x), 1 / len(x))
    models, betas = [], []
    for _ in range(rounds):
        w /= w.sum()
        model = Ridge().fit(x, y, w)
        gap = np.abs(model.predict(x) - y)
        gap /= gap.max()
        error = (w[n:] * gap[n:]).sum() / w[n:].sum()
        if error >= 0.5:
            break
        w[:n] *= beta ** gap[:n]
        w[n:] *= (error / (1 - error)) ** -gap[n:]
        models.append(model)
        betas.append(error / (1 - error))
    half = len(models) // 2
    return weighted_median(np.array([m.predict(d.xt) for m in models[half:]]), -np.log(betas[half:]))


def boosted_r2(x, y, n, w, rounds=10):
    """AdaBoost.R2 that leaves source weights as they are (pardoe2010)."""
    w = w / w.sum()
    models, betas = [], []
    for _ in range(rounds):
        model = Ridge().fit(x, y, w)
        gap = np.abs(model.predict(x) - y)
        gap /= gap.max()
        error = (w * gap).sum() / w.sum()
        if error >= 0.5:
            break
        share = w[n:].sum()
        w[n:] *= (error / (1 - error)) ** (1 - gap[n:])
        w[n:] *= share / w[n:].sum()
        models.append(model)
        betas.append(error / (1 - error))
    return lambda rows: weighted_median(np.array([m.predict(rows) for m in models]), -np.log(betas))


def two_stage_tradaboost_r2(d, steps=10, folds=5):
    x, y = np.vstack([d.xs, d.xl]), np.r_[d.vs, d.vl]
    n, m = len(d.xs), len(d.xl)
    w = np.full(n + m, 1 / (n + m))
    fold = np.arange(m) % folds
    best, chosen = np.inf, w
    for t in range(1, steps + 1):
        error = 0.0
        for k in range(folds):
            rows = np.r_[np.arange(n), n + np.flatnonzero(fold != k)]
            model = boosted_r2(x[rows], y[rows], n, w[rows])
            error += ((model(d.xl[fold == k]) - d.vl[fold == k]) ** 2).sum()
        if error < best:
            best, chosen = error, w
        gap = np.abs(Ridge().fit(x, y, w).predict(x) - y)
        gap /= gap.max()
        share = m / (n + m) + t / (steps - 1) * (1 - m / (n + m))
        low, high = 0.0, 1.0
        for _ in range(50):
            beta = (low + high) / 2
            source = (w[:n] * beta ** gap[:n]).sum()
            low, high = (beta, high) if w[n:].sum() / (w[n:].sum() + source) > share else (low, beta)
        w = np.r_[w[:n] * beta ** gap[:n], w[n:]]
        w /= w.sum()
    return boosted_r2(x, y, n, chosen)(d.xt)


def smote(d, k=5):
    random = np.random.default_rng(0)
    counts = np.bincount(d.ys)
    rows = d.xs[d.ys == counts.argmin()]
    near = NearestNeighbors(n_neighbors=k + 1, algorithm="brute").fit(rows).kneighbors(rows, return_distance=False)
    base = np.arange(counts.max() - counts.min()) % len(rows)
    other = rows[near[base, random.integers(1, k + 1, len(base))]]
    return np.vstack([d.xs, rows[base] + random.random((len(base), 1)) * (other - rows[base])])


def weighted_logistic(d):
    LogisticRegression(max_iter=1000).fit(d.xs, d.ys, 0.2 + np.abs(d.vs)).predict(d.xt)


def weighted_svm(d):
    gamma = 1 / (d.xs.shape[1] * d.xs.var())
    SVC(gamma=gamma, tol=1e-6, cache_size=1000).fit(d.xs, d.ys, 0.2 + np.abs(d.vs)).predict(d.xt)


peers = {
    "kernel-mean-matching": kernel_mean_matching if cvxopt else None,
    "kliep": kliep,
    "ulsif": ulsif,
    "rulsif": rulsif,
    "classifier-density-ratio": classifier_density_ratio,
    "gaussian-ratio": gaussian_ratio,
    "kernel-density-ratio": kernel_density_ratio,
    "nearest-neighbour-weighting": nearest_neighbour_weighting,
    "mmd-target-shift": mmd_target_shift,
    "em-prior-shift": em_prior_shift,
    "posterior-correction": posterior_correction,
    "black-box-shift": black_box_shift,
    "rlls": rlls,
    "tradaboost": lambda d: boosted(d, False),
    "dynamic-tradaboost": lambda d: boosted(d, True),
    "multi-source-tradaboost": multi_source_tradaboost,
    "tradaboost-r2": tradaboost_r2,
    "two-stage-tradaboost-r2": two_stage_tradaboost_r2,
    "smote": smote,
    "weighted logistic": weighted_logistic,
    "weighted svm": weighted_svm,
}


class Rows:
    def __init__(self, folder, n):
        def read(name):
            return np.fromfile(f"{folder}/{n}/{name}.f64")

        self.xs, self.xt, self.xl = (read(name).reshape(-1, 50) for name in ("xs", "xt", "xl"))
        self.ys, self.yl = (read(name).astype(int) for name in ("ys", "yl"))
        self.vs, self.vl = read("vs"), read("vl")


read = {}
for line in sys.stdin:
    request = json.loads(line)
    if "name" not in request:
        print(json.dumps([name for name, peer in peers.items() if peer]), flush=True)
        continue
    n = request["n"]
    if n not in read:
        read[n] = Rows(request["folder"], n)
    start = time.process_time()
    peers[request["name"]](read[n])
    print(json.dumps({"seconds": time.process_time() - start}), flush=True)
