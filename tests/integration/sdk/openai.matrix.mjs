// SPDX-License-Identifier: MIT
// OpenAI's SDK against every provider.
import chat from './surfaces/openaichat.mjs';
import completions from './surfaces/openaicompletions.mjs';
import responses from './surfaces/openairesponses.mjs';
import { runMatrix } from './harness/matrix.mjs';

runMatrix({ chat, completions, responses });
