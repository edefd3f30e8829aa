"""The words on a picture of a page, by the PP-OCR models that rapidocr brings along, run by OpenVINO. Nothing is
downloaded. Lengths are in pixels."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.embedding.compiled import import_openvino

Image = NDArray[np.uint8]
"""Rows of pixels, blue, green and red: shape (height, width, 3)."""

_THREADS = min(4, os.cpu_count() or 1)  # more take address space, of which a worker has little (a guess)
# Lines are looked for on a picture no larger than this; they are read in full resolution. At twice the size it takes
# three times as long and three times the memory, and finds the same lines (measured on pages of 10-point type).
_DETECTION_SIDE = 1280
_LINE_HEIGHT = 48  # the model's
_WIDTH_STEP = 32  # widths are rounded up to a multiple, so that compiled shapes are reused (a guess)
_MAX_LINE_WIDTH = 4800  # a longer line is squeezed (a guess)
_UPRIGHT_SAMPLE = 9  # lines that decide whether a page is upside down (a guess)
_READ_BOTH = 3  # of them that are read both ways up before it is turned (a guess)
_SIDEWAYS = 1.5  # a line this much higher than wide runs up or down the page (rapidocr's own limit)


@dataclass(frozen=True, slots=True)
class OcrWord:
    """``confidence``: 0–1, the mean of its characters', and ``lowest`` the least of them; ``start`` and ``end``: along
    its line, as shares of its length."""

    text: str
    confidence: float
    lowest: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class OcrLine:
    """Words on one line, never empty. ``corners``: upper left, upper right, lower right, lower left, as its letters
    stand; shape (4, 2). ``stroke``: how thick its strokes are, in pixels."""

    words: tuple[OcrWord, ...]
    corners: NDArray[np.float64]
    stroke: float = 0.0


@dataclass(frozen=True, slots=True)
class UnreadLines:
    """Where a picture has lines. ``image``: the picture, turned by a multiple of a right angle so that most of them are
    upright; ``crops``: the pictures of the lines, from top to bottom; ``corners``: as in ``OcrLine``, for all of them.
    """

    image: Image
    crops: Sequence[Image]
    corners: NDArray[np.float64]


@cache
def engine() -> Engine:
    """The engine of this process; the first call loads its models."""
    return Engine()


class Engine:
    """Finds the lines of a picture and reads them. Not safe to share between threads."""

    def __init__(self) -> None:
        openvino = import_openvino()  # before rapidocr imports it with its telemetry
        import rapidocr

        models = Path(rapidocr.__file__).parent / "models"
        settings: dict[str, Any] = {"Global.log_level": "critical", "Global.use_preprocess_img": False}
        for task, model in (("Det", "PP-OCRv6_det_small"), ("Cls", "ch_ppocr_mobile_v2.0_cls_mobile")):
            settings |= {
                f"{task}.engine_type": rapidocr.EngineType.OPENVINO,
                f"{task}.model_path": str(models / f"{model}.onnx"),
            }
        settings |= {"Det.limit_type": "max", "Det.limit_side_len": _DETECTION_SIDE}
        settings |= {"EngineConfig.openvino.inference_num_threads": _THREADS}
        self._finder = rapidocr.RapidOCR(params=settings)
        options = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": _THREADS}
        core = openvino.Core()
        model = core.read_model(models / "PP-OCRv6_rec_small.onnx")
        self._alphabet = ["", *model.get_rt_info()["framework"]["character"].value.splitlines(), " "]
        self._reader = core.compile_model(model, "CPU", options).create_infer_request()

    def find(self, image: Image) -> UnreadLines:
        """The lines of a picture, whichever way up it is."""
        lines = self._find(image)
        sideways = [_is_sideways(quad) for quad in lines.corners]
        if 2 * sum(sideways) > len(sideways):
            lines = self._find(np.ascontiguousarray(np.rot90(image)))
        if self._is_upside_down(lines.crops):
            lines = self._find(np.ascontiguousarray(lines.image[::-1, ::-1]))
        return lines

    def read(self, lines: UnreadLines) -> Iterator[OcrLine]:
        """The lines in their order, each as soon as it is read; without those that show no character at all."""
        for crop, corners in zip(lines.crops, lines.corners, strict=True):
            words = self._words(crop)
            if words:
                yield OcrLine(words, corners, _stroke(crop))

    def _find(self, image: Image) -> UnreadLines:
        from rapidocr.main import RapidOCRError

        try:
            crops, found = self._finder.detect_and_crop(image, {})
        except RapidOCRError:  # no line at all
            return UnreadLines(image, [], np.zeros((0, 4, 2)))
        return UnreadLines(image, crops, np.asarray(found.boxes, np.float64))

    def _is_upside_down(self, crops: Sequence[Image]) -> bool:
        """Whether most lines seem to be, and read better the other way up: the first sign errs on handwriting."""
        longest = sorted(crops, key=lambda crop: -crop.shape[1])[:_UPRIGHT_SAMPLE]
        answers = self._finder.cls_and_rotate(longest)[1].cls_res or [] if longest else []
        if 2 * sum(label == "180" for label, _ in answers) <= len(answers):
            return False
        standing, turned = (
            sum(mean_confidence(self._words(np.ascontiguousarray(crop[::way, ::way]))) for crop in longest[:_READ_BOTH])
            for way in (1, -1)
        )
        return turned > standing

    def _words(self, crop: Image) -> tuple[OcrWord, ...]:
        """The words of a line's picture, from left to right."""
        if not crop.size:
            return ()
        batch, share = _model_input(crop)
        self._reader.infer([batch])
        likelihoods = self._reader.get_output_tensor().data[0]
        indices = likelihoods.argmax(axis=1)
        confidences = likelihoods[np.arange(len(indices)), indices]
        return tuple(_words_of(indices, confidences, self._alphabet, len(indices) * share))


def _is_sideways(quad: NDArray[np.float64]) -> bool:
    return math.dist(quad[0], quad[3]) >= _SIDEWAYS * math.dist(quad[0], quad[1])


def mean_confidence(words: Sequence[OcrWord]) -> float:
    """The mean confidence of words, 0–1; 0 without any."""
    return sum(word.confidence for word in words) / len(words) if words else 0.0


def _stroke(crop: Image) -> float:
    """The mean thickness of the strokes in a line's picture: twice their area over the length of their edges."""
    import cv2

    grey = cv2.GaussianBlur(cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY), (3, 3), 0)
    ink = cv2.threshold(grey, 0, 1, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)[1]
    ink = 1 - ink if 2 * int(ink.sum()) > ink.size else ink  # light letters on a dark ground
    edges = sum(int(np.count_nonzero(np.diff(ink, axis=axis))) for axis in (0, 1))
    return 2 * float(ink.sum()) / max(1, edges)


def _model_input(crop: Image) -> tuple[NDArray[np.float32], float]:
    """The line as the model takes it, shape (1, 3, 48, width), and the share of its width that is not padding."""
    import cv2

    height, width = crop.shape[:2]
    scaled = min(max(math.ceil(width * _LINE_HEIGHT / height), 1), _MAX_LINE_WIDTH)
    padded = -(-scaled // _WIDTH_STEP) * _WIDTH_STEP
    batch = np.zeros((1, 3, _LINE_HEIGHT, padded), np.float32)
    batch[0, :, :, :scaled] = cv2.resize(crop, (scaled, _LINE_HEIGHT)).transpose(2, 0, 1) / 127.5 - 1
    return batch, scaled / padded


def _words_of(
    indices: NDArray[np.int64], confidences: NDArray[np.float32], alphabet: Sequence[str], columns: float
) -> Iterator[OcrWord]:
    """The words of the model's answer: one character or blank (0) a column; a repeated one counts once.

    ``columns``: how many stand for the line, the rest for its padding.
    """
    text, before = "", 0
    scores: list[float] = []
    positions: list[int] = []
    for column, index in enumerate([*indices.tolist(), len(alphabet) - 1]):
        letter = alphabet[index] if index != before else ""
        before = index
        if letter.isspace() and text:
            start, end = positions[0] / columns, min((positions[-1] + 1) / columns, 1.0)
            yield OcrWord(text, sum(scores) / len(scores), min(scores), start, end)
            text, scores, positions = "", [], []
        elif letter and not letter.isspace():
            text += letter
            scores.append(float(confidences[column]))
            positions.append(column)
