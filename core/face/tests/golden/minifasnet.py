"""Writes minifasnet.json: what onnxruntime puts out for synthetic frames, cropped as the models' authors crop.

    pip install numpy onnxruntime opencv-python-headless
    python minifasnet.py DIR > minifasnet.json      DIR: the folder of the two .onnx files
"""

import json
import sys

import cv2
import numpy as np
import onnxruntime

MODELS = {"minifasnet_v2": ("MiniFASNetV2.onnx", 2.7), "minifasnet_v1se": ("MiniFASNetV1SE.onnx", 4.0)}
CASES = [
    # These two are fed as they are, so that the networks alone are compared.
    ((80, 80), 7, (0, 0, 79, 79)),
    ((80, 80), 8, (0, 0, 79, 79)),
    ((640, 480), 1, (250, 150, 120, 150)),
    ((480, 640), 2, (180, 220, 130, 160)),
    ((480, 640), 3, (10, 20, 100, 120)),
    ((320, 240), 4, (200, 120, 90, 110)),
    ((250, 250), 5, (80, 70, 90, 120)),
    ((100, 90), 6, (20, 10, 60, 70)),
]


def synthetic(width, height, seed):
    """Blue, green, red; the same numbers as `synthetic` in passive.rs."""
    y, x, c = np.mgrid[0:height, 0:width, 0:3]
    wave = (x * (3 + c) + y * (5 - c) + seed * 31) % 256
    cell = ((x // 9) * (y // 7) + seed + c) % 5 * 20
    return ((wave + cell) // 2).astype(np.uint8)[:, :, ::-1]


def crop(image, box, scale):
    """The box enlarged about its middle and moved into the frame."""
    height, width = image.shape[:2]
    x, y, w, h = box
    scale = min((height - 1) / h, (width - 1) / w, scale)
    sides = []
    for start, extent, side in ((x, w, width), (y, h, height)):
        begin = start + extent / 2 - extent * scale / 2
        begin = max(0.0, min(begin, side - 1 - extent * scale))
        sides.append((int(begin), int(min(begin + extent * scale, side - 1))))
    (left, right), (top, bottom) = sides
    return cv2.resize(image[top : bottom + 1, left : right + 1], (80, 80))


def main(folder):
    cases = []
    for (width, height), seed, box in CASES:
        image = synthetic(width, height, seed)
        logits = {}
        for name, (file, scale) in MODELS.items():
            session = onnxruntime.InferenceSession(f"{folder}/{file}", providers=["CPUExecutionProvider"])
            picture = crop(image, box, scale).astype(np.float32).transpose(2, 0, 1)[None]
            output = session.run(None, {session.get_inputs()[0].name: picture})[0][0]
            logits[name] = [round(float(v), 5) for v in output]
        cases.append({"size": [width, height], "seed": seed, "box": box, "logits": logits})
    print("[\n" + ",\n".join("  " + json.dumps(case) for case in cases) + "\n]")


main(sys.argv[1])
