#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes the fuzzers' first inputs of the golden files, each behind the bytes its target begins with.

usage: seeds.py <golden folder> <corpus folder>"""
import pathlib
import sys

# In the order of Dialect, those without a codec left out (tests/provider/support/dialects.cpp).
CLIENTS = ["openai_chat", "openai_completions", "openai_responses", "anthropic", "gemini",
           "ollama_chat", "ollama_generate"]
PROVIDERS = ["openai_chat", "anthropic", "gemini", "ollama_chat", "oci_generic", "oci_cohere",
             "oci_coherev2"]
OF_FOLDER = {"openai": "openai_chat", "responses": "openai_responses", "anthropic": "anthropic",
             "gemini": "gemini", "ollama": "ollama_chat", "oci/generic": "oci_generic",
             "oci/cohere": "oci_cohere", "oci/coherev2": "oci_coherev2"}
EMBEDDINGS = ["openai", "ollama", "ollama_old", "gemini_single", "gemini_batch", "vertex", "oci"]
EMBEDDING_CLIENTS = 5


def dialect_of(path):
    matching = [folder for folder in OF_FOLDER if path.startswith(folder + "/")]
    return OF_FOLDER[max(matching, key=len)] if matching else None


def seeds(golden):
    """(target, file name, bytes) of every golden file that is one."""
    for file in sorted(golden.rglob("*")):
        if not file.is_file():
            continue
        path = file.relative_to(golden).as_posix()
        name, text, dialect = path.replace("/", "_"), file.read_bytes(), dialect_of(path)
        stem = file.stem
        if stem.startswith("embed_"):
            form = stem.removeprefix("embed_").removesuffix("_answer").split("_to_")
            answer = stem.endswith("_answer")
            # the request is the provider's, the answer the client's: both are also other sides'
            number = EMBEDDINGS.index(form[0] if answer else form[1])
            yield "embeddings", name, bytes([number % EMBEDDING_CLIENTS, number, int(answer)]) + text
        elif "request" in path and "neutral" not in path and dialect in CLIENTS:
            yield "requests", name, bytes([CLIENTS.index(dialect), 0]) + text
            if dialect == "openai_responses":
                again = b'{"model":"m","previous_response_id":"$PREV","input":"go on"}'
                yield "responses", name, b"\1" + text + b"\n--\n" + again
        elif ("answer" in path or "stream" in path) and dialect in PROVIDERS:
            whole = 0 if "stream" in stem else 1
            for client in range(0, len(CLIENTS), 3):
                head = bytes([PROVIDERS.index(dialect), client, whole, 0])
                yield "answers", f"{client}_{name}", head + text


def main():
    golden, corpus = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    for target, name, content in seeds(golden):
        folder = corpus / target
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"seed_{name}").write_bytes(content)


if __name__ == "__main__":
    main()
