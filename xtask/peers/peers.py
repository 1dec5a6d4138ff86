"""Times OpenCV, onnxruntime and FAISS at what Saksi does, with the same models and photo, in one thread.

Called with a folder of models, a photo, the longer side for detection, and a gallery's size. First says its versions and
where it has put the photo scaled down, in a line of JSON; then answers each line on the standard input with another:
medians in milliseconds, over as many runs as the line says. To a line such as `count 1` it takes each step so many times
for a counter of instructions (xtask/arm64/count.c), and names them.
"""

import itertools
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import cv2
import faiss
import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper

DETECTOR = "face_detection_yunet_2023mar_int8bq.onnx"
RECOGNISER = "face_recognition_sface_2021dec_int8bq.onnx"


def unfolded(path):
    """The model with plain f32 weights: block by block, (quantised - zero) * scale.

    OpenCV refuses the recogniser as it is stored, and onnxruntime would unfold it anew in every run.
    """
    model = onnx.load(path)
    graph = model.graph
    stored = {tensor.name: tensor for tensor in graph.initializer}
    kept, weights = [], []
    for node in graph.node:
        if node.op_type != "DequantizeLinear":
            kept.append(node)
            continue
        attributes = {attribute.name: attribute.i for attribute in node.attribute}
        values, *blocks = [numpy_helper.to_array(stored[name]).astype(np.float32) for name in node.input]
        axis, block = attributes["axis"], attributes["block_size"]
        spread = [np.repeat(part, block, axis).take(range(values.shape[axis]), axis) for part in blocks]
        zero = spread[1] if len(spread) > 1 else 0
        weights.append(numpy_helper.from_array((values - zero) * spread[0], node.output[0]))
    read = {name for node in kept for name in node.input}
    weights += [tensor for tensor in graph.initializer if tensor.name in read]
    names = {tensor.name for tensor in weights}
    inputs = [value for value in graph.input if value.name in read - names]
    for value in inputs:
        for axis in (2, 3):
            if "yunet" in path.name:
                value.type.tensor_type.shape.dim[axis].dim_param = f"side{axis}"
    for output in graph.output if "yunet" in path.name else []:
        output.type.tensor_type.ClearField("shape")
    for part, values in ((graph.node, kept), (graph.initializer, weights), (graph.input, inputs), (graph.value_info, [])):
        del part[:]
        part.extend(values)
    return model


def median(runs, work):
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def counted(runs, work):
    """Asks for the parent's id before and after, which is what the counter notices."""
    os.getppid()
    for _ in range(runs):
        work()
    os.getppid()


def main():
    models, photo, longest, people = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    cv2.setNumThreads(1)
    faiss.omp_set_num_threads(1)

    recogniser_model = unfolded(models / RECOGNISER)
    detector = cv2.FaceDetectorYN.create(str(models / DETECTOR), "", (longest, longest), 0.6, 0.3)
    with tempfile.NamedTemporaryFile(suffix=".onnx") as file:
        onnx.save(recogniser_model, file.name)
        recogniser = cv2.FaceRecognizerSF.create(file.name, "")

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = lambda model: onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    sface, yunet = session(recogniser_model), session(unfolded(models / DETECTOR))

    def shrunk(picture):
        scale = longest / max(picture.shape[:2])
        small = picture if scale >= 1 else cv2.resize(picture, None, fx=scale, fy=scale)
        detector.setInputSize((small.shape[1], small.shape[0]))
        return small

    picture = cv2.imread(photo)
    small = shrunk(picture)
    face = detector.detect(small)[1][0]
    face[:14] *= max(picture.shape[:2]) / max(small.shape[:2])
    crop = recogniser.alignCrop(picture, face)
    enrolled = recogniser.feature(crop)
    crop_values = crop[:, :, ::-1].transpose(2, 0, 1)[None].astype(np.float32)
    padded = np.zeros((1, 3, *(-(-side // 32) * 32 for side in small.shape[:2])), np.float32)
    padded[0, :, : small.shape[0], : small.shape[1]] = small.transpose(2, 0, 1)

    def verification():
        picture = cv2.imread(photo)
        small = shrunk(picture)
        face = detector.detect(small)[1][0]
        face[:14] *= max(picture.shape[:2]) / max(small.shape[:2])
        return recogniser.match(enrolled, recogniser.feature(recogniser.alignCrop(picture, face)))

    rng = np.random.default_rng(1)
    templates = rng.standard_normal((people, 128), np.float32)
    faiss.normalize_L2(templates)
    index = faiss.IndexFlatIP(128)
    index.add(templates)
    probes = rng.standard_normal((1000, 1, 128), np.float32)
    for probe in probes:
        faiss.normalize_L2(probe)
    probes = itertools.cycle(probes)

    work = {
        "opencv_decode": lambda: cv2.imread(photo),
        "opencv_detect": lambda: detector.detect(shrunk(picture)),
        "opencv_embed": lambda: recogniser.feature(crop),
        "opencv_total": verification,
        "onnxruntime_detect": lambda: yunet.run(None, {"input": padded}),
        "onnxruntime_embed": lambda: sface.run(None, {"data": crop_values}),
        "faiss_search": lambda: index.search(next(probes), 10),
    }
    for step in work.values():
        step()
    facts = {"opencv": cv2.__version__, "onnxruntime": onnxruntime.__version__, "faiss": faiss.__version__}
    with tempfile.NamedTemporaryFile(suffix=".png") as scaled:
        scaled.write(cv2.imencode(".png", small)[1])
        scaled.flush()
        print(json.dumps(facts | {"scaled": scaled.name}), flush=True)
        for line in sys.stdin:
            if line.startswith("count"):
                for name, step in work.items():
                    counted(int(line.split()[1]), step)
                    print(name, flush=True)
            else:
                print(json.dumps({name: median(int(line), step) for name, step in work.items()}), flush=True)


if __name__ == "__main__":
    main()
