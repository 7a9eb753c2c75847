// SPDX-License-Identifier: MIT
// Google's SDK against every provider.
import gemini from './surfaces/gemini.mjs';
import { runMatrix } from './harness/matrix.mjs';

runMatrix({ gemini });
