"""Writes facemesh.json: what TensorFlow Lite puts out for synthetic pictures of 192 x 192.

    pip install numpy ai-edge-litert
    python facemesh.py face_landmark.tflite > facemesh.json
"""

import json
import sys

import numpy as np
from ai_edge_litert.interpreter import Interpreter


def synthetic(seed):
    """Red, green, blue, 0 to 255; the same numbers as in mesh.rs."""
    y, x, c = np.mgrid[0:192, 0:192, 0:3]
    wave = (x * (3 + c) + y * (5 - c) + seed * 31) % 256
    cell = ((x // 9) * (y // 7) + seed + c) % 5 * 20
    return (wave + cell) // 2


def main(file):
    network = Interpreter(file, num_threads=1)
    network.allocate_tensors()
    points, face = (output["index"] for output in network.get_output_details())
    cases = []
    for seed in range(4):
        network.set_tensor(network.get_input_details()[0]["index"], (synthetic(seed)[None] / 255).astype(np.float32))
        network.invoke()
        every_ninth = network.get_tensor(points).reshape(468, 3)[::9]
        rounded = [[round(float(v), 4) for v in point] for point in every_ninth]
        cases.append({"seed": seed, "face": round(float(network.get_tensor(face).item()), 4), "points": rounded})
    print(json.dumps(cases))


main(sys.argv[1])
