// SPDX-License-Identifier: MIT
// Ollama's SDK against every provider.
import ollama_chat from './surfaces/ollamachat.mjs';
import ollama_generate from './surfaces/ollamagenerate.mjs';
import { runMatrix } from './harness/matrix.mjs';

runMatrix({ ollama_chat, ollama_generate });
