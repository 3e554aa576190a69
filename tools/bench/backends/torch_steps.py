"""The same work in PyTorch on the processor: `torch_steps.py THREADS REPEATS` prints times in milliseconds as JSON."""

import json
import sys
import time

import torch
from torch import nn

threads, repeats = int(sys.argv[1]), int(sys.argv[2])
torch.set_num_threads(threads)
torch.manual_seed(0)
results = {}


def measure(name, work):
    work()
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    results[name] = 1000 * best


for size in (256, 512, 1000):
    for name, dtype in (("float32", torch.float32), ("float64", torch.float64)):
        a = torch.rand(size, size, dtype=dtype)
        measure(f"matMul {name}, {size}", lambda: a @ a)

x = torch.rand(64, 16, 28, 28, requires_grad=True)
w = torch.rand(32, 16, 3, 3, requires_grad=True)
measure("conv2d forward", lambda: nn.functional.conv2d(x.detach(), w.detach(), padding=1))
measure("conv2d forward and backward", lambda: nn.functional.conv2d(x, w, padding=1).sum().backward())

models = {
    "MLP 64-256-256-10, step": (
        (64,),
        nn.Sequential(nn.Linear(64, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 10)),
    ),
    "CNN 28x28, step": (
        (1, 28, 28),
        nn.Sequential(
            nn.Conv2d(1, 16, 3),
            nn.BatchNorm2d(16),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 3),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(800, 10),
        ),
    ),
}
for name, (shape, model) in models.items():
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    inputs, labels = torch.rand(64, *shape), torch.arange(64) % 10

    def step():
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(inputs), labels).backward()
        optimizer.step()

    measure(name, step)

print(json.dumps(results))
