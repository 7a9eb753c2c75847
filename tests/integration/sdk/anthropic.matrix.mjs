// SPDX-License-Identifier: MIT
// Anthropic's SDK against every provider.
import messages from './surfaces/anthropic.mjs';
import { runMatrix } from './harness/matrix.mjs';

runMatrix({ messages });
