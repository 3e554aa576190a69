"""The work of tools/bench/backends/workloads.mjs in PyTorch, on one thread of the processor: answers each line {"name": …} with
the seconds of processor time it takes. `backends.py FOLDER ONNX` reads MobileNet from FOLDER, where it is there, and writes it
to the file ONNX."""

import inspect
import json
import math
import os
import sys
import time
import warnings

import numpy as np
import torch
from torch import nn
from torch.nn import functional

torch.set_num_threads(1)
torch.manual_seed(0)
folder, onnx = sys.argv[1], sys.argv[2]


class SamePadding(nn.Module):
    """A convolution as TensorFlow pads it: at stride 2 the extra row and column come last."""

    def __init__(self, kernel, stride, groups):
        super().__init__()
        self.kernel = nn.Parameter(torch.from_numpy(np.ascontiguousarray(kernel)), requires_grad=False)
        self.stride, self.groups = stride, groups
        self.padding = 0 if stride == 2 else int(kernel.shape[2]) // 2

    def forward(self, x):
        if self.stride == 2:
            x = functional.pad(x, (0, 1, 0, 1))
        return functional.conv2d(x, self.kernel, None, self.stride, self.padding, 1, self.groups)


def mobilenet():
    with open(os.path.join(folder, "model.json")) as file:
        model = json.load(file)
    weights, at = {}, 0
    values = np.fromfile(os.path.join(folder, "weights.bin"), dtype="<f4")
    for group in model["weightsManifest"]:
        for entry in group["weights"]:
            count = math.prod(entry["shape"])
            weights[entry["name"]] = values[at : at + count].reshape(entry["shape"])
            at += count
    parts = []
    for layer in model["modelTopology"]["model_config"]["config"]["layers"]:
        kind, config = layer["class_name"], layer["config"]
        name = config["name"]
        if kind == "Conv2D":
            parts.append(SamePadding(weights[f"{name}/kernel"].transpose(3, 2, 0, 1), config["strides"][0], 1))
        elif kind == "DepthwiseConv2D":
            kernel = weights[f"{name}/depthwise_kernel"].transpose(2, 3, 0, 1)
            parts.append(SamePadding(kernel, config["strides"][0], kernel.shape[0]))
        elif kind == "BatchNormalization":
            norm = nn.BatchNorm2d(len(weights[f"{name}/gamma"]), eps=config["epsilon"])
            for own, theirs in (
                (norm.weight, "gamma"),
                (norm.bias, "beta"),
                (norm.running_mean, "moving_mean"),
                (norm.running_var, "moving_variance"),
            ):
                own.data.copy_(torch.from_numpy(weights[f"{name}/{theirs}"].copy()))
            parts.append(norm)
        elif kind == "Activation":
            parts.append(nn.ReLU6())
        elif kind == "GlobalAveragePooling2D":
            parts += [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
            break
    return nn.Sequential(*parts).eval()


def sample_images(count):
    values = 0.5 * np.sin(np.arange(224 * 224 * 3) / 50)
    image = values.reshape(224, 224, 3).transpose(2, 0, 1).astype(np.float32)
    return torch.from_numpy(np.repeat(image[None], count, 0))


def network(size):
    model, images = mobilenet(), sample_images(size)

    def run():
        with torch.no_grad():
            return model(images)

    return run, float(run().mean())


def product(size, dtype, transpose=False):
    a = torch.rand(size, size, dtype=dtype)
    b = a.t() if transpose else a
    return lambda: b @ a


def convolution(backward):
    x = torch.rand(64, 16, 28, 28, requires_grad=True)
    w = torch.rand(32, 16, 3, 3, requires_grad=True)
    if not backward:
        x, w = x.detach(), w.detach()
        return lambda: functional.conv2d(x, w, padding=1)

    def run():
        x.grad = w.grad = None
        functional.conv2d(x, w, padding=1).sum().backward()

    return run


def step(shape, model):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    inputs, labels = torch.rand(64, *shape), torch.arange(64) % 10

    def run():
        optimizer.zero_grad()
        functional.cross_entropy(model(inputs), labels).backward()
        optimizer.step()

    return run


def mlp():
    return nn.Sequential(nn.Linear(64, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 10))


def cnn():
    return nn.Sequential(
        nn.Conv2d(1, 16, 3),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(800, 10),
    )


work = {
    "matMul of a derivative, 512": lambda: (product(512, torch.float32, True), None),
    "conv2d, forward": lambda: (convolution(False), None),
    "conv2d, forward and backward": lambda: (convolution(True), None),
    "MLP 64-256-256-10, step": lambda: (step((64,), mlp()), None),
    "CNN 28x28, step": lambda: (step((1, 28, 28), cnn()), None),
    "MobileNet, batch of 1": lambda: network(1),
    "MobileNet, batch of 16": lambda: network(16),
}
for size in (256, 512, 1000):
    work[f"matMul float32, {size}"] = lambda size=size: (product(size, torch.float32), None)
    work[f"matMul float64, {size}"] = lambda size=size: (product(size, torch.float64), None)

if onnx and os.path.exists(os.path.join(folder, "model.json")):
    names = {"input_names": ["x"], "output_names": ["y"], "dynamic_axes": {"x": {0: "n"}, "y": {0: "n"}}}
    if "dynamo" in inspect.signature(torch.onnx.export).parameters:
        names["dynamo"] = False
    warnings.simplefilter("ignore")
    try:
        torch.onnx.export(mobilenet(), sample_images(2), onnx, **names)
    except Exception as error:
        print(f"No ONNX form of MobileNet: {error}", file=sys.stderr)

ready = {}
for line in sys.stdin:
    name = json.loads(line)["name"]
    try:
        answer = {}
        if name not in ready:
            ready[name], value = work[name]()
            if value is not None:
                answer["value"] = value
            ready[name]()
        run, count, start = ready[name], 0, time.process_time()
        while count == 0 or time.process_time() - start < 0.1:
            run()
            count += 1
        answer["seconds"] = (time.process_time() - start) / count
    except KeyError:
        answer = {"absent": True}
    print(json.dumps(answer), flush=True)
