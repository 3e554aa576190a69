"""Times NumPy, SciPy, POT and CVXOPT for tools/bench/numerics.mjs.

Reads one JSON request per line, {"name", "n", "folder"}; runs that operation once on the matrices in the folder and answers
one line with the milliseconds it took, or with what is missing.
"""
import json
import sys
import time

import numpy as np

try:
    import scipy.linalg as sl
except ImportError:
    sl = None
try:
    import ot
except ImportError:
    ot = None
try:
    import cvxopt
except ImportError:
    cvxopt = None

loaded = {}


def matrix(folder, name, n):
    key = (name, n)
    if key not in loaded:
        loaded.clear() if len(loaded) > 6 else None
        loaded[key] = np.fromfile(f"{folder}/{name}-{n}.f64").reshape(n, -1)
    return loaded[key]


def rbf(x, gamma):
    squares = (x * x).sum(1)
    k = x @ x.T
    k *= -2
    k += squares[:, None]
    k += squares[None, :]
    np.maximum(k, 0, out=k)
    k *= -gamma
    return np.exp(k, out=k)


def mean_matching(k, kappa, bound):
    n = len(k)
    identity = cvxopt.spmatrix(1.0, range(n), range(n))
    ones = cvxopt.matrix(1.0, (1, n))
    g = cvxopt.sparse([identity, -identity, ones, -ones])
    epsilon = 1 / np.sqrt(n)
    h = cvxopt.matrix(np.r_[np.full(n, bound), np.zeros(n), n * (1 + epsilon), -n * (1 - epsilon)])
    cvxopt.solvers.options["show_progress"] = False
    return cvxopt.solvers.qp(cvxopt.matrix(k), cvxopt.matrix(-kappa), g, h)


def operations(folder, n):
    def get(name):
        return matrix(folder, name, n)

    uniform = np.full(n, 1 / n)
    return {
        "multiply": (np, lambda a: a @ a, ["general"]),
        "multiplyFloat32": (np, lambda a: a @ a, ["general32"]),
        "crossProduct": (np, lambda a: a.T @ a, ["general"]),
        "cholesky": (np, np.linalg.cholesky, ["positive"]),
        "solve": (np, lambda a: np.linalg.solve(a, a[:, 0]), ["general"]),
        "solveMany": (np, lambda a: np.linalg.solve(a, a), ["general"]),
        "qr": (np, np.linalg.qr, ["general"]),
        "eigen": (np, np.linalg.eigh, ["symmetric"]),
        "eigenTop50": (sl, lambda a: sl.eigh(a, subset_by_index=(n - 50, n - 1)), ["symmetric"]),
        "kernelTop50": (sl, lambda a: sl.eigh(a, subset_by_index=(n - 50, n - 1)), ["kernel"]),
        "eigenGeneralized": (sl, sl and sl.eigh, ["symmetric", "positive"]),
        "svd": (np, lambda a: np.linalg.svd(a, full_matrices=False), ["general"]),
        "rbf": (np, lambda x: rbf(x, 0.01), ["samples"]),
        "transport": (ot, lambda c: ot.emd(uniform, uniform, c), ["cost"]),
        "sinkhorn": (ot, lambda c: ot.sinkhorn(uniform, uniform, c, 0.05), ["cost"]),
        "meanMatching": (cvxopt, lambda k, q: mean_matching(k, q[:, 0], 1000.0), ["kernel", "kappa"]),
    }, get


def answer(request):
    n = request["n"]
    table, get = operations(request["folder"], n)
    library, run, names = table[request["name"]]
    if library is None:
        return {"missing": True}
    inputs = [get(name[:-2]).astype(np.float32) if name.endswith("32") else get(name) for name in names]
    start = time.perf_counter()
    run(*inputs)
    return {"ms": (time.perf_counter() - start) * 1e3}


def versions():
    found = {"numpy": np.__version__}
    for name, library in (("scipy", sl), ("POT", ot), ("cvxopt", cvxopt)):
        if library is not None:
            module = __import__("scipy") if name == "scipy" else library
            found[name] = module.__version__
    return found


print(json.dumps(versions()), flush=True)
for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
