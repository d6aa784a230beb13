"""Measures faiss and usearch on the vectors that `cargo bench --bench vectors -- … dump=FOLDER` wrote.

    pip install faiss-cpu usearch numpy
    python benches/vectors/peers.py FOLDER DIM [THREADS]

One query at a time on one thread, as the index of a library is measured; building takes THREADS (2).
Each line: engine and setting, seconds to build, bytes of the index a vector, and for sounds and texts p50, p99 and recall@10.
"""

import os
import sys
import time
from pathlib import Path

import faiss
import numpy as np
from usearch.index import Index

folder, dim, threads = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 2
read = lambda name: np.fromfile(folder / name, dtype="<f4").reshape(-1, dim)
vectors, queries = read("vectors.f32"), {name: read(f"{name}.f32") for name in ("sounds", "texts")}
faiss.omp_set_num_threads(threads)
exact = faiss.IndexFlatIP(dim)
exact.add(vectors)
# Equally near ones count, as rounding decides between them.
last = {name: exact.search(asked, 10)[0][:, -1] - 1e-6 for name, asked in queries.items()}
del exact


def measure(label, built, size, search):
    """Prints how `search`, of one query to its ten nearest rows, does."""
    line = f"{label:<34} build {built:7.1f} s  {size / len(vectors):6.0f} B/vector"
    for name, asked in queries.items():
        times, found = [], 0
        for query, least in zip(asked, last[name]):
            start = time.perf_counter()
            rows = search(query)
            times.append(time.perf_counter() - start)
            found += int((vectors[rows[rows >= 0]] @ query >= least).sum())
        times.sort()
        p50, p99 = times[len(times) // 2] * 1e3, times[len(times) * 99 // 100] * 1e3
        line += f"  {name}: p50 {p50:6.3f} ms p99 {p99:7.3f} ms recall {found / (10 * len(asked)):.4f}"
    print(line, flush=True)


def reranked(index, kept):
    """The ten nearest of `kept` candidates of `index`, by the vectors themselves."""

    def search(query):
        rows = index.search(query[None], kept)[1][0]
        rows = rows[rows >= 0]
        return rows[np.argsort(-(vectors[rows] @ query))[:10]]

    return search


def stored_len(index):
    faiss.write_index(index, str(folder / "peer"))
    return os.path.getsize(folder / "peer")


for lists, quantizer in [(4 * int(len(vectors) ** 0.5), "IVF{}"), (4 * int(len(vectors) ** 0.5), "IVF{}_HNSW32")]:
    start = time.perf_counter()
    index = faiss.index_factory(dim, f"{quantizer.format(lists)},SQ8", faiss.METRIC_INNER_PRODUCT)
    index.train(vectors[:: max(1, len(vectors) // (64 * lists))])
    index.add(vectors)
    built, size = time.perf_counter() - start, stored_len(index)
    faiss.omp_set_num_threads(1)
    for probes in (4, 8, 16, 32, 64, 128):
        index.nprobe = probes
        measure(f"faiss {quantizer.format(lists)},SQ8 nprobe {probes}", built, size, reranked(index, 24))
    faiss.omp_set_num_threads(threads)

start = time.perf_counter()
index = faiss.index_factory(dim, "HNSW16_SQ8", faiss.METRIC_INNER_PRODUCT)
index.hnsw.efConstruction = 100
index.train(vectors[:100_000])
index.add(vectors)
built, size = time.perf_counter() - start, stored_len(index)
faiss.omp_set_num_threads(1)
for breadth in (64, 128, 256, 512):
    index.hnsw.efSearch = breadth
    measure(f"faiss HNSW16,SQ8 efSearch {breadth}", built, size, reranked(index, 24))
del index

start = time.perf_counter()
index = Index(ndim=dim, metric="ip", dtype="i8", connectivity=16, expansion_add=100)
index.add(np.arange(len(vectors)), vectors, threads=threads)
built, size = time.perf_counter() - start, index.memory_usage
for breadth in (64, 128, 256, 512):
    index.expansion_search = breadth

    def search(query):
        rows = index.search(query, 24, threads=1).keys.astype(np.int64)
        return rows[np.argsort(-(vectors[rows] @ query))[:10]]

    measure(f"usearch i8 expansion {breadth}", built, size, search)
os.remove(folder / "peer")
